import { useState } from 'react'
import { Drawer } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { features, type NavItem } from '../kernel/features.ts'
import { useAuth } from '../kernel/auth.tsx'
import { useText } from '../kernel/i18n.ts'
import styles from './shell.module.css'

const groups = ['work', 'money', 'administration'] as const
const onPhone = 4

/** The places this user may go to. */
export function useNavigation(): NavItem[] {
  const { can } = useAuth()
  return features()
    .flatMap((feature) => feature.nav)
    .filter((item) => can(item.permission))
}

function Links({ items, onPick }: { items: NavItem[]; onPick?: () => void }) {
  const t = useText()
  return (
    <>
      {groups.map((group) => {
        const own = items.filter((item) => (item.group ?? 'work') === group)
        if (own.length === 0) return null
        return (
          <div key={group}>
            {group === 'work' ? null : <div className={styles.group}>{t(`shell.group.${group}`)}</div>}
            {own.map((item) => (
              <Link key={item.path} to={item.path} className={styles.link} onClick={onPick}>
                <item.icon size={18} stroke={1.6} aria-hidden />
                {t(item.labelKey)}
              </Link>
            ))}
          </div>
        )
      })}
    </>
  )
}

export function SideNavigation() {
  const t = useText()
  return (
    <nav className={styles.nav} aria-label={t('shell.navigation')}>
      <Links items={useNavigation()} />
    </nav>
  )
}

/** Four places for the thumb, the rest behind «more». */
export function BottomNavigation() {
  const t = useText()
  const items = useNavigation()
  const [isOpen, setOpen] = useState(false)
  const isCut = items.length > onPhone
  return (
    <nav className={styles.bottom} aria-label={t('shell.navigation')}>
      {items.slice(0, isCut ? onPhone - 1 : onPhone).map((item) => (
        <Link key={item.path} to={item.path}>
          <item.icon size={22} stroke={1.6} aria-hidden />
          {t(item.labelKey)}
        </Link>
      ))}
      {isCut ? (
        <button type="button" onClick={() => setOpen(true)}>
          <IconMenu2 size={22} stroke={1.6} aria-hidden />
          {t('shell.more')}
        </button>
      ) : null}
      <Drawer opened={isOpen} onClose={() => setOpen(false)} position="bottom" size="70%" title={t('shell.navigation')}>
        <Links items={items} onPick={() => setOpen(false)} />
      </Drawer>
    </nav>
  )
}
