import { percent } from '../format';
import type { reviewWords as English } from '../strings-review';

export const reviewWords: typeof English = {
  compareWith: 'Comparar con',
  referenceName: (name) => (name === null ? 'la respuesta esperada' : `la respuesta ${name}`),
  looks: { own: 'Esta respuesta', expected: 'La otra', difference: 'Diferencia' },
  lookLegend: 'Mostrar',
  findings: (n) => (n === 0 ? 'Sin diferencias' : n === 1 ? '1 diferencia' : `${n} diferencias`),
  outcome: { fits: 'Coincide', loose: 'Poco preciso', missed: 'Falta', extra: 'Sobra', wrong: 'Distinto' },
  match: (ratio) => `IoU ${percent(ratio)}`,
  saidBoth: (given, expected) => `aquí: ${given}; la otra: ${expected}`,
  saidNothing: 'nada',
  rejectHere: 'Rechazar aquí',
  rejectHereFor: (what) => `Rechazar aquí: ${what}`,
  previous: 'Diferencia anterior',
  next: 'Diferencia siguiente',
  at: (n, of) => `${n} de ${of}`,

  fix: 'Corregir',
  sendFix: 'Aprobar con la corrección',
  fixHint:
    'Cambia la respuesta como debe quedar en el conjunto de datos. La respuesta del trabajador se aprueba y se paga tal como está; a ti no se te paga por esto.',
  needChange: 'Cambia algo, o apruébala tal como está.',
  returnHint: 'La tarea vuelve a la cola, para otra persona. Di qué se puede hacer mejor.',

  comments: 'Comentarios en la imagen',
  comment: 'Comentario',
  commentHint: 'Pon un punto o dibuja un recuadro y escribe el comentario.',
  commentNone: 'Todavía no hay comentarios',
  commentText: (n) => `Comentario ${n}`,
  commentsDone: 'Listo',
  needComment: 'Escribe un texto para cada comentario, o borra su marca.',

  reviewKeys: [
    ['A', 'Aprobar (o: justificado, tiene razón quien respondió)'],
    ['R', 'Rechazar (o: no justificado, la decisión se mantiene)'],
    ['E', 'Corregir la respuesta y aprobarla'],
    ['C', 'Comentar un lugar de la imagen'],
    ['1, 2, 3', 'Mostrar esta respuesta, la otra, la diferencia'],
    ['N, P', 'Diferencia siguiente y anterior'],
    ['M', 'Rechazar en esta diferencia'],
    ['1 … 9', 'Elegir un motivo, al rechazar'],
    ['Enter', 'Enviar'],
    ['S', 'Caso siguiente'],
    ['Esc', 'Cancelar'],
    ['?', 'Esta lista'],
  ],
};
