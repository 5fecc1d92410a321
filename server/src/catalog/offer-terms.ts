/** How an offer is paid and how its price is known, in the order that the data files number them by. */
export const capacities = ['on-demand', 'spot', 'reserved-1y', 'reserved-3y', 'capacity-block'] as const;
export const bases = ['list', 'estimate', 'secondary'] as const;
