import type { ComponentType } from 'react'
import type { z } from 'zod'
import type { AnyRoute } from '@tanstack/react-router'
import type { Icon } from '@tabler/icons-react'
import type { encounter } from '#contract/encounters.ts'

export type Encounter = z.output<typeof encounter>

export interface NavItem {
  path: string
  labelKey: string
  icon: Icon
  permission: string
  /** Second key after `g`. */
  key?: string
  group?: 'work' | 'laboratory' | 'stock' | 'money' | 'administration'
}

export interface Command {
  path: string
  labelKey: string
  icon: Icon
  permission: string
}

export interface PatientTab {
  value: string
  labelKey: string
  permission: string
  load: () => Promise<ComponentType<{ patientId: string }>>
}

export interface PatientAction {
  labelKey: string
  icon: Icon
  permission: string
  path: (patientId: string) => string
}

/** A part of the consultation screen; it is given the visit. */
export interface EncounterPanel {
  value: string
  labelKey: string
  permission: string
  /** `known` stands beside (what is known), `work` in the middle (what I do), `next` at the end (what comes after). */
  place: 'known' | 'work' | 'next'
  order: number
  load: () => Promise<ComponentType<{ encounter: Encounter }>>
}

/** What a feature gives to the whole; pages are loaded when they are first opened. */
export interface Feature {
  name: string
  routes: AnyRoute[]
  nav: NavItem[]
  commands: Command[]
  patientTabs?: PatientTab[]
  patientActions?: PatientAction[]
  encounterPanels?: EncounterPanel[]
  /** A sign in the patient's banner, on every page that shows it. */
  patientSign?: { permission: string; load: () => Promise<ComponentType<{ patientId: string }>> }
  /** Stands in place of a record that a wall hides. */
  restricted?: () => Promise<ComponentType<{ patientId: string; actions: string[] }>>
  /** Stands in the header of every page of those who may. */
  headerAction?: { permission: string; load: () => Promise<ComponentType> }
  /** Stands above every page of those who may. */
  shellNotice?: { permission: string; load: () => Promise<ComponentType> }
  /** The first page of those who may; lowest order wins. */
  landing?: { permission: string; path: string; order: number }[]
}

let known: Feature[] = []

/** Filled once by `main.tsx`, so that pages can compose what other features offer without importing them. */
export function registerFeatures(list: Feature[]): void {
  known = list
}

export const features = (): Feature[] => known
