import { beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { imageHeader } from '#kernel/image-header.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart } from '../../testing/multipart.ts'
import { png, withExif } from '../../testing/pictures.ts'

let hospital: TestHospital
let patientId = ''
const picture = (width = 900) => png(width, 300, (x) => [x % 256, 90, 90, 255])

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  patientId = (await hospital.query<{ id: string }>('select id from patients where tenant_id = $1 order by id limit 1', [hospital.tenantId]))[0]?.id ?? ''
})

async function upload(bytes: Uint8Array, role: 'receptionist' | 'cook' = 'receptionist', key: 'general' | 'ayurveda' = 'general') {
  const desk = await hospital.as(patients, role, key)
  return desk.setPhoto({ params: { id: patientId }, ...multipart({}, [{ name: 'me.png', bytes }]) } as never)
}
const bytesOf = async () => (await (await hospital.session('receptionist')).get(`/api/v1/patients/${patientId}/photo`)).rawPayload

describe('the picture of a patient', () => {
  it('is for who may write the patient, of the own hospital, and a picture', async () => {
    expect((await hospital.app.inject({ method: 'POST', url: `/api/v1/patients/${patientId}/photo` })).statusCode).toBe(401)
    expect((await upload(picture(), 'cook')).status).toBe(403)
    expect((await upload(picture(), 'receptionist', 'ayurveda')).status).toBe(404)
    expect((await upload(Buffer.from('no picture at all, just words'))).problem.errors).toMatchObject([{ path: 'file', code: 'image.unreadable' }])
    expect((await upload(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).status).toBe(422)
    expect((await upload(png(1, 1, () => [0, 0, 0, 255], { said: { width: 9000, height: 9000 } }))).problem.errors).toMatchObject([{ path: 'file', code: 'image.too_large' }])
    expect(await hospital.query("select 1 from files where subject_type = 'patient-photo'")).toEqual([])
  })

  it('is drawn anew, sealed, shown as an attachment that nothing keeps, and audited', async () => {
    const set = await upload(picture())
    expect([set.status, typeof set.body.photoId]).toEqual([200, 'string'])
    const shown = await (await hospital.session('receptionist')).get(`/api/v1/patients/${patientId}/photo`)
    expect(imageHeader(shown.rawPayload)).toEqual({ kind: 'jpeg', width: 600, height: 200 })
    expect([shown.headers['content-type'], shown.headers['cache-control'], shown.headers['x-content-type-options'], String(shown.headers['content-disposition']).startsWith('attachment')]).toEqual(['image/jpeg', 'no-store', 'nosniff', true])
    const tagged = withExif(shown.rawPayload, 1, 'GPS 12.97 77.59')
    expect((await upload(tagged)).status).toBe(200)
    expect((await bytesOf()).includes('GPS')).toBe(false)
    expect(await hospital.query("select 1 from files where subject_type = 'patient-photo'")).toHaveLength(1)
    expect((await hospital.query<{ n: number }>("select count(*)::int as n from audit_entries where patient_id = $1 and action in ('patients.setPhoto:update', 'patients.readPhoto:read') and outcome = 'success'", [patientId]))[0]?.n).toBe(4)
    const stranger = await hospital.as(patients, 'doctor', 'ayurveda')
    expect((await stranger.readPhoto({ params: { id: patientId } })).status).toBe(404)
  })

  it('goes when it is taken away', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    expect((await desk.removePhoto({ params: { id: patientId }, body: {} })).body.photoId).toBeNull()
    expect((await desk.readPhoto({ params: { id: patientId } })).status).toBe(404)
    expect(await hospital.query("select 1 from files where subject_type = 'patient-photo'")).toEqual([])
  })
})
