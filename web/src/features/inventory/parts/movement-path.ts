import type { Movement } from '../queries.ts'

const paths: Readonly<Record<string, (id: string) => string>> = {
  'stock-document': (id) => `/stock/documents/${id}`, transfer: (id) => `/stock/transfers/${id}`, 'stock-count': (id) => `/stock/counts/${id}`,
  'goods-receipt': (id) => `/purchasing/receipts/${id}`, 'purchase-return': () => '/purchasing/returns',
  dispense: (id) => `/pharmacy/dispenses/${id}`, 'dispense-return': (id) => `/pharmacy/dispenses/${id}`, sale: (id) => `/pharmacy/sales/${id}`, 'sale-return': (id) => `/pharmacy/sales/${id}`, 'ward-return': (id) => `/pharmacy/wards/${id}`, preparation: () => '/pharmacy/preparations',
}

/** The page of the document that caused a movement; undefined for one without a page. */
export const movementPath = ({ document }: Pick<Movement, 'document'>): string | undefined => paths[document.type]?.(document.id)
