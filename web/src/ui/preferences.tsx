import { useState } from 'react'
import { ActionIcon, Menu, Select, useMantineColorScheme } from '@mantine/core'
import { IconContrast2, IconDeviceDesktop, IconKey, IconLanguage, IconLogout, IconMoon, IconRowInsertBottom, IconSun, IconUserCircle } from '@tabler/icons-react'
import { chooseLanguage, useAuth } from '../kernel/auth.tsx'
import { useGo } from '../kernel/routing.tsx'
import { languages, useLanguage, useText } from '../kernel/i18n.ts'
import { useWrite } from '../kernel/query.ts'

/** Sets a whole-page choice that CSS reads, and keeps it for this browser. */
function useRootChoice(name: 'contrast' | 'density', on: string): [boolean, () => void] {
  const [isOn, setOn] = useState(() => document.documentElement.dataset[name] === on)
  const toggle = () => {
    const next = !isOn
    if (next) document.documentElement.dataset[name] = on
    else delete document.documentElement.dataset[name]
    localStorage.setItem(`triveni.${name}`, next ? on : '')
    setOn(next)
  }
  return [isOn, toggle]
}

/** Before the first paint, so that nothing flashes. */
export function restoreRootChoices(): void {
  for (const name of ['contrast', 'density'] as const) {
    const kept = localStorage.getItem(`triveni.${name}`)
    if (kept) document.documentElement.dataset[name] = kept
  }
}

export function LanguageMenu() {
  const t = useText()
  const language = useLanguage()
  const choose = useWrite(chooseLanguage)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={t('shell.language')}>
          <IconLanguage size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((one) => (
          <Menu.Item key={one.value} lang={one.value} fw={one.value === language ? 600 : 400} aria-current={one.value === language} onClick={() => choose.mutate(one.value)}>
            {one.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

export function FacilitySwitch() {
  const t = useText()
  const { me, facilityId, setFacility } = useAuth()
  if (me.facilities.length < 2) return null
  return <Select size="xs" w={200} aria-label={t('shell.facility')} data={me.facilities.map((one) => ({ value: one.id, label: one.name }))} value={facilityId} onChange={(id) => id !== null && setFacility(id)} />
}

export function UserMenu() {
  const t = useText()
  const go = useGo()
  const { me, facility, signOut } = useAuth()
  const { setColorScheme } = useMantineColorScheme()
  const [isHigh, toggleContrast] = useRootChoice('contrast', 'high')
  const [isCompact, toggleDensity] = useRootChoice('density', 'compact')
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={t('shell.account', { name: me.user.displayName })}>
          <IconUserCircle size={22} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <bdi>{me.user.displayName}</bdi>
          <br />
          {facility?.name ?? me.tenant.name}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconSun size={16} />} onClick={() => setColorScheme('light')}>{t('shell.light')}</Menu.Item>
        <Menu.Item leftSection={<IconMoon size={16} />} onClick={() => setColorScheme('dark')}>{t('shell.dark')}</Menu.Item>
        <Menu.Item leftSection={<IconDeviceDesktop size={16} />} onClick={() => setColorScheme('auto')}>{t('shell.auto')}</Menu.Item>
        <Menu.Item leftSection={<IconContrast2 size={16} />} onClick={toggleContrast} role="menuitemcheckbox" aria-checked={isHigh}>{t(isHigh ? 'shell.contrastOff' : 'shell.contrastOn')}</Menu.Item>
        <Menu.Item leftSection={<IconRowInsertBottom size={16} />} onClick={toggleDensity} role="menuitemcheckbox" aria-checked={isCompact}>{t(isCompact ? 'shell.comfortable' : 'shell.compact')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKey size={16} />} onClick={() => go('/account')}>{t('people.account.title')}</Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>{t('shell.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
