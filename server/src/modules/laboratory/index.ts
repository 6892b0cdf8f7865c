import { laboratory } from '#contract/laboratory.ts'
import { on } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { encounterTimelinePort } from '../encounters/index.ts'
import { orderCataloguePort, orderItemContinued, orderItemEnded, orderPlaced } from '../orders/index.ts'
import { erasurePort, mergePort, timelinePort } from '../patients/index.ts'
import { resolveItems } from './catalogue.ts'
import { followItem, forgetItem, planOrder } from './planning.ts'
import { reportForPatient, tellDue, timelineOf } from './reports.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'
import { qualityFailed } from './quality.ts'
import { specimenRejected } from './specimens.ts'
import { mailPatient, tellQualityFailed, tellRejected } from './telling.ts'

export { resultAmended } from './amending.ts'
export { enterAtResult, enterFromInstrument, type InstrumentEntry, type Landing, openTubes, type TubeOrder, tubeOrder, tubeOrders } from './from-instrument.ts'
export { type WaitingResult, waitingResults } from './repo.ts'
export { specimenTraces } from './erasing.ts'
export { isUnit } from './unit-rules.ts'
export { instrumentTestsPort, type Measuring } from './ports.ts'
export { keysOfNames } from './naming.ts'
export { qualityFailed, recordControls } from './quality.ts'
export { reportForPatient, reportIssued } from './reports.ts'
export { specimenRejected } from './specimens.ts'
export { starterTests } from './starter.ts'
export { type LogRow, logsOfInstrument } from './quality-repo.ts'

const encounterLimit = 500
const tables = ['specimens', 'results', 'result_versions', 'lab_reports', 'specimen_journeys'] as const
const clinical = ['doctor', 'nurse', 'therapist'] as const

/** The laboratory: catalogue, tubes, results as versions, quality control, reports. */
export const laboratoryModule = defineModule({
  name: 'laboratory',
  contract: laboratory,
  handlers,
  permissions: {
    'laboratory.read': ['admin', ...clinical, 'lab-technician', 'radiologist', 'pharmacist', 'auditor'],
    'laboratory.collect': ['admin', 'nurse', 'doctor', 'lab-technician'],
    // With a prescription from outside: tests, their price, and tubes to be taken; nothing of results.
    'laboratory.walk-in': ['admin', 'lab-technician', 'receptionist'],
    'laboratory.work': ['admin', 'lab-technician'],
    'laboratory.verify': ['admin', 'lab-technician'],
    'laboratory.release': ['admin', 'lab-technician', 'doctor'],
    // What is out is changed by the laboratory alone; a pathologist holds it by a role of the hospital's own.
    'laboratory.amend': ['admin', 'lab-technician'],
    'laboratory.quality': ['admin', 'lab-technician'],
    'laboratory.catalogue': ['admin'],
    // Results of sensitive tests (HIV and what the laboratory marks so): those who treat and those who measure.
    'laboratory.sensitive': ['admin', 'doctor', 'lab-technician'],
  },
  within: [on(orderPlaced, 'laboratory.plan', planOrder), on(orderItemEnded, 'laboratory.forget', forgetItem), on(orderItemContinued, 'laboratory.follow', followItem), on(specimenRejected, 'laboratory.tell-rejected', tellRejected), on(qualityFailed, 'laboratory.tell-quality', tellQualityFailed)],
  after: [on(reportForPatient, 'laboratory.mail-patient', mailPatient)],
  jobs: { 'tell-patients': tellDue },
  schedules: { 'tell-patients': '*/5 * * * *' },
  provides: [
    erasurePort.of(forgetPatients),
    orderCataloguePort.of({ kind: 'laboratory', resolve: resolveItems }),
    timelinePort.of((tx, patientId, request) => timelineOf(tx, { patientId }, request)),
    encounterTimelinePort.of((tx, encounterId) => timelineOf(tx, { encounterId }, { before: null, limit: encounterLimit })),
    ...tables.map((table) => mergePort.of({ table, column: 'patient_id' })),
  ],
})
