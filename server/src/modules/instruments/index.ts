import { instruments } from '#contract/instruments.ts'
import { onLong } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { instrumentTestsPort } from '../laboratory/index.ts'
import { erasurePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'
import { measuredBy } from './service.ts'
import { orderWaiting, sendWaiting } from './sending.ts'

export { instrumentsByIds } from './repo.ts'
export { type Listeners, startListeners } from './listeners.ts'
export { submitMessage } from './service.ts'

/** Instruments of the laboratory: HL7 v2 over MLLP and ASTM over TCP, their drivers, messages and the bin. */
export const instrumentsModule = defineModule({
  name: 'instruments',
  contract: instruments,
  handlers,
  permissions: {
    'instruments.read': ['admin', 'lab-technician', 'auditor'],
    'instruments.write': ['admin'],
  },
  provides: [erasurePort.of(forgetPatients), instrumentTestsPort.of(measuredBy)],
  after: [onLong(orderWaiting, 'instruments.send', sendWaiting)],
})
