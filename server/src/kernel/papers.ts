import type * as pdf from './pdf.ts'

export type { Block, Cell, Fact } from './pdf.ts'

/** `renderPdf` of `pdf.ts`, which is loaded with the first paper: a server that prints nothing is smaller by a fifth. */
export const renderPdf: typeof pdf.renderPdf = async (paper) => (await import('./pdf.ts')).renderPdf(paper)

/** `renderLabels` of `pdf.ts`, loaded in the same way. */
export const renderLabels: typeof pdf.renderLabels = async (labels) => (await import('./pdf.ts')).renderLabels(labels)
