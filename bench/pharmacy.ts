import { patientAt } from '../server/src/seed/patients.ts'
import { medicines } from '../server/src/seed/medicines.ts'
import { stableId } from '../server/src/seed/random.ts'
import { type Bed, get, type Headers, post, read, type Route, signIn, type Tasks, write } from './routes.ts'
import { benchStore, fillStock } from './stock.ts'

const facilityId = stableId(1, 'general:GH1')
const plan = { seed: 1, key: 'general', facilities: ['GH1', 'GH2'].map((code) => ({ id: stableId(1, `general:${code}`), code })) }
const pharmacy = stableId(1, 'stock:general:GH1:PHARM')
// What needs a second person is not sold over and over.
const shelf = medicines.allopathy.filter((medicine) => medicine.controlledClass === undefined).map((medicine) => ({ itemId: stableId(1, `stock:general:item:${medicine.name}`), medicationId: stableId(1, `medicine:general:${medicine.name}`) }))
const daysOfHistory = 600

const pharmacistOf = (bed: Bed): Promise<Headers> => signIn(bed.base, 'pharmacist@general.example')

/** Enough of every medicine that a load does not empty the counter. */
async function stockUp(bed: Bed, pharmacist: Headers): Promise<void> {
  await post(bed, '/stock-movements', pharmacist, { kind: 'opening', storeId: pharmacy, lines: shelf.map(({ itemId }, index) => ({ itemId, lot: { batch: `LOAD${index}`, expiresOn: '2032-12', mrp: { amount: '4.80', currency: 'INR' }, unitCost: { amount: '3.10', currency: 'INR' } }, quantity: '9000000' })) })
}

/** A counter sale, the list of a store of so many lots, and what was in it on a day of the last two years. */
export async function pharmacyRoutes(bed: Bed, ownerUrl: string, lots: number): Promise<Route[]> {
  const pharmacist = await pharmacistOf(bed)
  await fillStock(ownerUrl, lots, bed.on)
  await stockUp(bed, pharmacist)
  let serial = 0
  const item = () => shelf[(serial += 1) % shelf.length]?.itemId
  const day = () => new Date(Date.parse(bed.on) - Math.floor(Math.random() * daysOfHistory) * 86_400_000).toISOString().slice(0, 10)
  return [
    write('sale', pharmacist, () => ({ path: '/sales', body: { storeId: pharmacy, lines: [{ itemId: item(), quantity: '1' }, { itemId: item(), quantity: '2' }] } })),
    read('stock list', pharmacist, () => ({ path: `/stock?storeId=${benchStore}&limit=50` })),
    read('stock on a past day', pharmacist, () => ({ path: `/stock?storeId=${benchStore}&on=${day()}&limit=50` })),
  ]
}

/** Signed prescriptions to be handed out from the store, each once. */
export async function dispenses(bed: Bed, count: number): Promise<Tasks> {
  const [doctor, desk, pharmacist] = await Promise.all([signIn(bed.base, 'doctor@general.example'), signIn(bed.base, 'receptionist@general.example'), pharmacistOf(bed)])
  await stockUp(bed, pharmacist)
  const safe = await safeOnes(bed, doctor)
  const tasks: Tasks = []
  let next = 0
  const prepare = async () => {
    while (next < count) {
      next += 1
      const index = next
      const patientId = patientAt({ ...plan, on: bed.on }, (index * 2) % bed.patients).id
      const { isDone, answer: visit } = await post<{ id: string }>(bed, '/encounters', desk, { patientId, facilityId, class: 'outpatient' })
      if (!isDone) continue
      const medicationId = safe[index % safe.length]
      const { answer: draft } = await post<{ id: string; alerts: { key: string }[] }>(bed, '/prescriptions', doctor, { encounterId: visit.id, items: [{ medicationId, dosage: '1', frequency: '1-0-1', durationDays: 5, quantity: '10', instructions: {} }] })
      await post(bed, `/prescriptions/${draft.id}/finalize`, doctor, { overrides: (draft.alerts ?? []).map((one) => ({ key: one.key, reason: 'known' })) })
      tasks.push({ path: `/prescriptions/${draft.id}/dispense`, headers: pharmacist, body: { storeId: pharmacy } })
    }
  }
  await Promise.all(Array.from({ length: 8 }, prepare))
  return tasks
}

/** Medicines of the demo that can be prescribed. */
async function safeOnes(bed: Bed, doctor: Headers): Promise<string[]> {
  const { items } = await get<{ items: { id: string }[] }>(bed, '/medications?isActive=true&limit=100', doctor)
  const listed = new Set(items.map((one) => one.id))
  return shelf.map((one) => one.medicationId).filter((id) => listed.has(id))
}
