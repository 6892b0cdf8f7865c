import { useEffect, useRef, useState } from 'react'
import { Drawer } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { features, type NavItem } from '../kernel/features.ts'
import { useAuth } from '../kernel/auth.tsx'
import { useText } from '../kernel/i18n.ts'
import styles from './shell.module.css'

const groups = ['work', 'laboratory', 'stock', 'money', 'administration'] as const
const onPhone = 4
const onTablet = 8

/** The places this user may go to. */
export function useNavigation(): NavItem[] {
  const { can } = useAuth()
  return features()
    .flatMap((feature) => feature.nav)
    .filter((item) => can(item.permission))
}

/** For the thumb: the first page of one's role and what stands with it, then the groups in their order. */
function useThumbItems(items: NavItem[]): NavItem[] {
  const { can } = useAuth()
  const first = features()
    .flatMap((feature) => feature.landing ?? [])
    .filter((landing) => can(landing.permission))
    .toSorted((a, b) => a.order - b.order)[0]?.path
  const own = items.find((item) => item.path === first)?.group
  const rank = (item: NavItem) => (item.path === first ? -2 : own !== undefined && item.group === own ? -1 : groups.indexOf(item.group ?? 'work'))
  return items.toSorted((a, b) => rank(a) - rank(b))
}

const covers = (path: string, place: string) => place === path || place.startsWith(`${path}/`)

/** The item that stands for where one is: of `/billing` and `/billing/invoices` only the nearer one. */
function useCurrent(items: readonly NavItem[]): string | undefined {
  const { pathname } = useLocation()
  const around = items.map((item) => item.path).filter((path) => covers(path, pathname))
  return around.toSorted((a, b) => b.length - a.length)[0]
}

function NavLink({ item, size, current, className, onPick }: { item: NavItem; size: number; current: string | undefined; className?: string | undefined; onPick?: (() => void) | undefined }) {
  const t = useText()
  return (
    <Link to={item.path} className={className} onClick={onPick} activeOptions={{ exact: item.path !== current, includeSearch: false }}>
      <item.icon size={size} stroke={1.6} aria-hidden />
      {t(item.labelKey)}
    </Link>
  )
}

function Links({ items, onPick }: { items: NavItem[]; onPick?: () => void }) {
  const t = useText()
  const current = useCurrent(items)
  return (
    <>
      {groups.map((group) => {
        const own = items.filter((item) => (item.group ?? 'work') === group)
        if (own.length === 0) return null
        return (
          <div key={group}>
            {group === 'work' ? null : <div className={styles.group}>{t(`shell.group.${group}`)}</div>}
            {own.map((item) => (
              <NavLink key={item.path} item={item} size={18} current={current} className={styles.link} onPick={onPick} />
            ))}
          </div>
        )
      })}
    </>
  )
}

export function SideNavigation() {
  const t = useText()
  const items = useNavigation()
  const current = useCurrent(items)
  const frame = useRef<HTMLElement>(null)
  useEffect(() => frame.current?.querySelector('[data-status=active]')?.scrollIntoView({ block: 'nearest' }), [current])
  return (
    <nav ref={frame} className={styles.nav} aria-label={t('shell.navigation')}>
      <Links items={items} />
    </nav>
  )
}

/** Four places for the thumb, eight on a tablet, the rest behind «more». */
export function BottomNavigation() {
  const t = useText()
  const items = useThumbItems(useNavigation())
  const current = useCurrent(items)
  const [isOpen, setOpen] = useState(false)
  const isCut = items.length > onPhone
  const shown = items.length > onTablet ? onTablet - 1 : onTablet
  const isBeyond = (index: number) => isCut && index >= onPhone - 1
  // What is done all day comes before what is administered.
  const nearest = items.toSorted((a, b) => Number(a.group === 'administration') - Number(b.group === 'administration'))
  return (
    <nav className={styles.bottom} aria-label={t('shell.navigation')}>
      {nearest.slice(0, shown).map((item, index) => (
        <NavLink key={item.path} item={item} size={22} current={current} className={isBeyond(index) ? styles.beyond : undefined} />
      ))}
      {isCut ? (
        <button type="button" className={items.length > onTablet ? undefined : styles.untilWide} onClick={() => setOpen(true)}>
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
