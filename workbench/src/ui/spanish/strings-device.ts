import type { kept as English } from '../strings-device';

export const kept: typeof English = {
  title: 'En este dispositivo',
  noLine:
    'Ahora no hay conexión. Nada se pierde: lo que hiciste está guardado aquí y se envía cuando la conexión vuelva.',
  line: 'Hay conexión.',
  goOn: 'Seguir trabajando',
  answers: (n) => (n === 1 ? '1 respuesta espera su envío' : `${n} respuestas esperan su envío`),
  drafts: (n) =>
    n === 1 ? '1 borrador está solo en este dispositivo' : `${n} borradores están solo en este dispositivo`,
  nothing: 'Nada espera en este dispositivo. Todo lo que entregaste ha llegado.',
  closed:
    'Ahora no se puede abrir lo guardado en este dispositivo. Cierra las otras pestañas de este sitio y recarga la página.',
  earns: (money) => `${money} si se acepta todo`,
  kind: { submit: 'Respuesta', skip: 'Omisión', flag: 'Reporte' },
  send: 'Enviar ahora',
  sending: 'Enviando',
  save: 'Guardar como archivo',
  otherAccount: 'Otra cuenta en este dispositivo',
  someLeft: 'No se pudo enviar todo. Queda aquí, y puedes intentarlo de nuevo.',
  signIn: 'Inicia sesión primero: tus respuestas se envían después.',

  leaveTitle: 'Antes de cerrar sesión',
  leaveText: 'Parte de tu trabajo todavía está solo en este dispositivo.',
  leaveKeep: 'Cerrar sesión y conservarlo aquí',
  leaveKeepText:
    'Se envía cuando inicies sesión de nuevo en este dispositivo. No lo elijas en un dispositivo compartido.',
  leave: 'Cerrar sesión',
};
