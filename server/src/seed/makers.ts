/** Makers that the demo's items name in turn. */
export const makers = { allopathy: ['Cipla', 'Sun Pharma', 'Alkem', 'Micro Labs'], ayurveda: ['Kottakkal Arya Vaidya Sala', 'Vaidyaratnam', 'Nagarjuna'], homeopathy: ['SBL', 'Dr. Reckeweg', 'Medisynth'] } as const
