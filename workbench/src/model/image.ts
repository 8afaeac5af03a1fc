/** The image of a task: its true size, and the files it can be shown from (smaller copies first or last, no matter). */
export interface ImageSource {
  readonly url: string;
  readonly width: number;
  /** MIME type. */
  readonly type: string;
}

export interface TaskImage {
  readonly width: number;
  readonly height: number;
  readonly sources: readonly ImageSource[];
}
