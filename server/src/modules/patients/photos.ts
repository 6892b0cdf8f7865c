import type { RouteInput } from '#contract/define.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { patients } from '#contract/patients.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { forgetFiles, putFile, readFile, removeFiles } from '#kernel/files.ts'
import { cleanImage } from '#kernel/images.ts'
import * as repo from './repo.ts'
import { patientForWrite, readPatient } from './service.ts'

type Input<K extends keyof typeof patients> = RouteInput<(typeof patients)[K]>

// Of a face on a banner and a card nobody needs more.
const widest = 600

/** Puts another picture, or none, in the place of the one before, whose file goes. */
async function replacePhoto(ctx: Ctx, id: string, photoId: string | null) {
  const keys = await withContext(ctx, async (tx) => {
    found(await repo.lockPatient(tx, id))
    const row = await patientForWrite(tx, id)
    if ((await repo.updatePatient(tx, id, row.version, { photo_id: photoId })) === undefined) throw new AppError(kernelErrors.stale_version)
    return row.photo_id === null ? [] : forgetFiles(tx, { ids: [row.photo_id], subjectIds: [] })
  })
  await removeFiles(keys)
  return readPatient(ctx, id)
}

export async function setPhoto(ctx: Ctx, { params, upload }: Input<'setPhoto'>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  await withContext(ctx, (tx) => patientForWrite(tx, params.id))
  const { bytes, contentType } = await cleanImage(file.bytes, { widest, field: 'file' })
  return replacePhoto(ctx, params.id, await putFile(ctx, { name: 'photo.jpg', contentType, bytes, subjectType: 'patient-photo', subjectId: params.id }))
}

export const removePhoto = (ctx: Ctx, { params }: Input<'removePhoto'>) => replacePhoto(ctx, params.id, null)

export async function readPhoto(ctx: Ctx, { params }: Input<'readPhoto'>) {
  const row = found(await withContext(ctx, (tx) => repo.readPatient(tx, params.id)))
  const { bytes, contentType } = await readFile(ctx, found(row.photo_id ?? undefined))
  return { contentType, filename: 'photo.jpg', body: bytes }
}
