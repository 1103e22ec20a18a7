import type { ResizeSpec } from '../../object-views/transform-spec';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is cut out of the upright picture, how large it then is, and where it lies on the canvas. */
export interface Geometry {
  readonly crop: Size & { readonly x: number; readonly y: number };
  readonly scaled: Size;
  readonly canvas: Size;
  readonly x: number;
  readonly y: number;
}

/** Plans a resize of a picture that stands upright. */
export function plan(source: Size, { width, height, fit = 'inside', enlarge = false }: ResizeSpec = {}): Geometry {
  const whole = { x: 0, y: 0, ...source };
  const at = (crop: Geometry['crop'], scaled: Size, canvas = scaled): Geometry => ({
    crop,
    scaled,
    canvas,
    x: Math.floor((canvas.width - scaled.width) / 2),
    y: Math.floor((canvas.height - scaled.height) / 2),
  });
  if (width === undefined && height === undefined) return at(whole, source);
  const across = (width ?? Infinity) / source.width;
  const down = (height ?? Infinity) / source.height;
  if (width === undefined || height === undefined || fit === 'inside') {
    return at(whole, times(source, bounded(Math.min(across, down), enlarge)));
  }
  switch (fit) {
    case 'contain':
      return at(whole, times(source, bounded(Math.min(across, down), enlarge)), { width, height });
    case 'fill':
      return at(
        whole,
        enlarge ? { width, height } : { width: Math.min(width, source.width), height: Math.min(height, source.height) },
      );
    case 'cover': {
      const factor = Math.max(across, down);
      // The part of the source that the box shows; without enlarging, it is served as large as it is.
      const shown = {
        width: Math.min(source.width, Math.round(width / factor)),
        height: Math.min(source.height, Math.round(height / factor)),
      };
      const crop = {
        ...shown,
        x: Math.floor((source.width - shown.width) / 2),
        y: Math.floor((source.height - shown.height) / 2),
      };
      return at(crop, factor > 1 && !enlarge ? shown : { width, height });
    }
  }
}

function bounded(factor: number, enlarge: boolean): number {
  return enlarge ? factor : Math.min(1, factor);
}

function times({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}
