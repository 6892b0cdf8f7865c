/** Where a tube is taken, as a round goes. */
export interface Stop {
  place: string
  ward: string
  bed: string
  postcode: string
  address: string
  patient: string
  number: string
}

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const wayTo = (stop: Stop): string[] => (stop.place === 'home' ? ['', stop.postcode, stop.address] : stop.place === 'ward' ? ['', stop.ward, stop.bed] : ['', '', ''])

/** As a round is walked or driven: the wards by their beds, the homes by area and address, the queue by name; whoever has no bed or address yet comes first, to be asked for. */
export function inRoundOrder<S extends Stop>(stops: readonly S[]): S[] {
  const places = ['ward', 'home', 'outpatient']
  return stops.toSorted((a, b) => {
    const [ofA, ofB] = [[...wayTo(a), a.patient, a.number], [...wayTo(b), b.patient, b.number]]
    const first = ofA.findIndex((part, index) => order.compare(part, ofB[index] ?? '') !== 0)
    return places.indexOf(a.place) - places.indexOf(b.place) || (first < 0 ? 0 : order.compare(ofA[first] ?? '', ofB[first] ?? ''))
  })
}
