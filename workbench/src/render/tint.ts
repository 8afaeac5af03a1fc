/**
 * How strongly the area of a mark is tinted while nobody chose otherwise, of 1. Apart from the engine: a choice task, too,
 * shows the panel of the device.
 */
export const FILL_OPACITY = 0.22;
