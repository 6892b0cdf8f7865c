import type { RouteInput } from '#contract/define.ts'
import type { system } from '#contract/system.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { readDraft as read, writeDraft as write } from '#kernel/drafts.ts'

type Input<K extends keyof typeof system> = RouteInput<(typeof system)[K]>

export function readDraft(ctx: Ctx, { params }: Input<'readDraft'>) {
  return withContext(ctx, async (tx) => {
    const draft = await read(tx, params.form, params.subject)
    return { content: (draft?.content ?? null) as never, updatedAt: draft?.updatedAt ?? null }
  })
}

export function writeDraft(ctx: Ctx, { params, body }: Input<'writeDraft'>) {
  return withContext(ctx, async (tx) => {
    await write(tx, params.form, params.subject, body.content)
    return { content: body.content, updatedAt: body.content === null ? null : ctx.now.toISOString() }
  })
}
