import { patientAt } from '../server/src/seed/patients.ts'
import { stableId } from '../server/src/seed/random.ts'
import { type Bed, get, type Headers, post, read, type Route, signIn, type Tasks, write } from './routes.ts'

const facilityId = stableId(1, 'general:GH1')
const plan = { seed: 1, key: 'general', facilities: ['GH1', 'GH2'].map((code) => ({ id: stableId(1, `general:${code}`), code })) }

interface Item {
  id: string
  code: string
  testId: string
}
interface Staff {
  doctor: Headers
  lab: Headers
}

const staffOf = async (bed: Bed): Promise<Staff> => ({ doctor: await signIn(bed.base, 'doctor@general.example'), lab: await signIn(bed.base, 'lab-technician@general.example') })
const patientId = (bed: Bed, index: number): string => patientAt({ ...plan, on: bed.on }, index * 2).id
const bodyOf = (bed: Bed, index: number, codes: readonly string[]) => ({ patientId: patientId(bed, index), facilityId, items: codes.map((code) => ({ kind: 'laboratory', code })) })

/** Runs work eight at a time. */
async function atOnce(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

/** An order whose one tube is in the laboratory; of a patient behind a wall there is none. */
async function received(bed: Bed, { doctor, lab }: Staff, index: number, code: string): Promise<{ specimenId: string; results: Item[] } | undefined> {
  const { isDone, answer: order } = await post<{ id: string }>(bed, '/orders', doctor, bodyOf(bed, index, [code]))
  if (!isDone) return undefined
  const tubes = await get<{ items: { id: string }[] }>(bed, `/specimens?orderId=${order.id}`, lab)
  const specimenId = tubes.items[0]?.id
  if (specimenId === undefined) return undefined
  await post(bed, `/specimens/${specimenId}/collect`, lab, {})
  await post(bed, `/specimens/${specimenId}/receive`, lab, {})
  const results = await get<{ items: Item[] }>(bed, `/results?orderId=${order.id}&limit=100`, lab)
  return { specimenId, results: results.items }
}

const entriesOf = (results: readonly Item[]) => ({ entries: results.map((result) => ({ testId: result.testId, value: '5.1', isConfirmed: true })) })

/** Order entry, a work-list of 2,000 open specimens a screen at a time, and the cumulative view of a patient with 500 results. */
export async function laboratoryRoutes(bed: Bed): Promise<Route[]> {
  const staff = await staffOf(bed)
  await atOnce(1000, async (index) => void (await post(bed, '/orders', staff.doctor, bodyOf(bed, index % (bed.patients / 2), ['CBC', 'LYTES']))))
  const known = patientId(bed, 3)
  await atOnce(25, async () => {
    const tube = await received(bed, staff, 3, 'CBC')
    if (tube === undefined) return
    const { specimenId, results } = tube
    await post(bed, `/specimens/${specimenId}/results`, staff.lab, entriesOf(results))
    const ids = { ids: results.map((result) => result.id) }
    await post(bed, '/results/verify', staff.lab, { ...ids, isHoldAccepted: true })
    await post(bed, '/results/release', staff.lab, ids)
  })
  let serial = 0
  return [
    write('order entry', staff.doctor, () => ({ path: '/orders', body: bodyOf(bed, (serial += 1) % (bed.patients / 2), ['LYTES', 'HGB']) })),
    read('lab work-list', staff.doctor, () => ({ path: `/specimens?facilityId=${facilityId}&state=requested` })),
    read('cumulative results', staff.doctor, () => ({ path: `/patients/${known}/lab-cumulative?limit=500` })),
  ]
}

/** Panels of twenty analytes to be entered, each once. */
export async function panelEntries(bed: Bed, count: number): Promise<Tasks> {
  const staff = await staffOf(bed)
  const tasks: Tasks = []
  await atOnce(count, async (index) => {
    const tube = await received(bed, staff, (100 + index) % (bed.patients / 2), 'CBC')
    if (tube === undefined) return
    const { specimenId, results } = tube
    tasks.push({ path: `/specimens/${specimenId}/results`, headers: staff.lab, body: entriesOf(results) })
  })
  return tasks
}

/** Verified results to be released, each once. */
export async function releases(bed: Bed, count: number): Promise<Tasks> {
  const staff = await staffOf(bed)
  const tasks: Tasks = []
  await atOnce(count, async (index) => {
    const tube = await received(bed, staff, (100 + index) % (bed.patients / 2), 'NA')
    if (tube === undefined) return
    const { specimenId, results } = tube
    const [result] = results
    await post(bed, `/specimens/${specimenId}/results`, staff.lab, { entries: [{ testId: result?.testId, value: '140' }] })
    await post(bed, `/results/${result?.id}/verify`, staff.lab, { isHoldAccepted: true })
    tasks.push({ path: `/results/${result?.id}/release`, headers: staff.lab, body: {} })
  })
  return tasks
}
