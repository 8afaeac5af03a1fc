import type { look as English } from '../strings-look';

export const look: typeof English = {
  title: 'Imagen y pantalla',
  image: 'Cómo la ves',
  imageText: 'Las marcas y respuestas quedan como están.',
  slider: { brightness: 'Brillo', contrast: 'Contraste', saturation: 'Color' },
  percent: (n) => `${n} %`,
  inverted: 'Intercambiar claro y oscuro',
  reset: 'Como es',
  device: 'Este dispositivo',
  leftHanded: 'Para zurdos: herramientas y Entregar al otro lado',
  pressure: 'Un lápiz apoyado con suavidad pinta más fino',
  lowData: 'Usar menos datos',
  lowDataSaves: (percent) =>
    `Archivos más pequeños: cerca de un ${percent} % menos para esta imagen. La siguiente se descarga solo cuando llegas a ella.`,
  lowDataNone: 'Esta imagen no tiene un archivo menor que aquí se vea nítido; solo se deja de adelantar la siguiente.',
  lowDataZoom: 'Acerca la imagen al dibujar y se descarga el archivo más nítido.',
  screenTest: 'Probar esta pantalla',
  screenOffer: '¿Muestra esta pantalla todos los grises y los colores reales? La prueba tarda un minuto.',
};
