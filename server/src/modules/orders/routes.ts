import type { Handlers } from '#contract/define.ts'
import type { orders } from '#contract/orders.ts'
import type { Ctx } from '#kernel/context.ts'
import * as orderables from './orderables.ts'
import { addStarterOrderables, exportOrderables, importOrderables } from './orderables-transfer.ts'
import * as service from './service.ts'
import * as sets from './sets.ts'
import { countSignatures, listSignatures } from './signatures.ts'
import { readOrderSettings, updateOrderSettings } from './settings.ts'

export const handlers: Handlers<typeof orders, Ctx> = {
  listOrderables: orderables.listOrderables,
  createOrderable: orderables.createOrderable,
  exportOrderables,
  importOrderables,
  addStarterOrderables,
  readOrderable: (ctx, { params }) => orderables.readOrderable(ctx, params.id),
  updateOrderable: orderables.updateOrderable,
  readOrderSettings,
  updateOrderSettings,
  listOrders: service.listOrders,
  placeOrder: service.placeOrder,
  checkOrder: service.checkOrder,
  readOrder: (ctx, { params }) => service.readOrder(ctx, params.id),
  listSignatures,
  countSignatures,
  signOrder: service.signOrder,
  reviseOrder: service.reviseOrder,
  discontinueOrder: (ctx, input) => service.endOrder(ctx, 'discontinue', input),
  cancelOrder: (ctx, input) => service.endOrder(ctx, 'cancel', input),
  orderInError: (ctx, input) => service.endOrder(ctx, 'entered-in-error', input),
  listItems: service.listItems,
  startItem: service.startItem,
  completeItem: service.completeItem,
  cancelItem: service.cancelItem,
  listSets: sets.listSets,
  createSet: sets.createSet,
  readSet: (ctx, { params }) => sets.readSet(ctx, params.id),
  updateSet: sets.updateSet,
}
