import type { RouteInput } from '#contract/define.ts'
import { type medications, prescriptionLifecycle } from '#contract/medications.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { message } from '#kernel/text-i18n.ts'
import { openTask } from '../encounters/index.ts'
import * as repo from './refusals-repo.ts'
import { locked, shown } from './service.ts'

type Input<K extends keyof typeof medications> = RouteInput<(typeof medications)[K]>

/** Keeps that something is not handed out and why, and leaves it to the prescriber: what is left may still be handed out. */
export function refuseToDispense(ctx: Ctx, { params, body, ifMatch }: Input<'refuse'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, { permission: 'medications.dispense', ifMatch })
    takeStep(prescriptionLifecycle, before.state, 'dispense')
    await repo.insertRefusal(tx, { prescription_id: before.id, patient_id: before.patient_id, reason: body.reason })
    await openTask(tx, { title: message(ctx.locale, 'medications.refused.task', { number: before.number ?? '' }), note: body.reason, patientId: before.patient_id, assigneeId: before.prescriber_id, dueAt: null })
    return shown(tx, before)
  })
}
