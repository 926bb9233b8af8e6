import type { Simulation } from './simulation';

/**
 * What is called with each simulation before it is closed. In a file of its own: whoever waits for one need not load the
 * simulator, which takes half a second.
 */
export const beforeClose = new Set<(simulation: Simulation) => void>();
