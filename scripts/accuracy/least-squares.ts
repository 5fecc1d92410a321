/**
 * Robust least squares with priors, deterministic: Levenberg–Marquardt on residuals `ln(estimate / measured)` under the
 * soft-L1 loss `2δ²(√(1 + (r/δ)²) − 1)`, over logarithms of positive parameters with Gaussian priors.
 */

/** Beyond this residual (10 %) the loss grows linearly: an odd row pulls no harder than an ordinary one. */
const SOFT = 0.1;
/** Spread of an ordinary residual: what the priors are weighed against. */
const NOISE = 0.12;
const MOST_STEPS = 25;
const STEP = 1e-3;

export interface Problem {
  /** Starting point, in units of the parameters' logarithms. */
  readonly start: readonly number[];
  /** Standard deviations of the priors, whose mean is 0. */
  readonly spread: readonly number[];
  /** Residuals at a point; not finite: left out. */
  readonly residuals: (point: readonly number[]) => readonly number[];
  readonly weights: readonly number[];
}

/** The point of least cost that is reached from the start. */
export function minimise(problem: Problem): number[] {
  let point = [...problem.start];
  let residuals = problem.residuals(point);
  let cost = costOf(problem, point, residuals);
  let damping = 1e-2;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { matrix, gradient } = normalEquations(problem, point, residuals);
    let improved = false;
    for (let attempt = 0; attempt < 6 && !improved; attempt++) {
      const damped = matrix.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) : value)));
      const move = solve(damped, gradient);
      const next = point.map((value, i) => value - clamp(move[i] ?? 0));
      const nextResiduals = problem.residuals(next);
      const nextCost = costOf(problem, next, nextResiduals);
      if (nextCost < cost) {
        improved = cost - nextCost > 1e-6 * cost;
        point = next;
        residuals = nextResiduals;
        cost = nextCost;
        damping /= 5;
        if (!improved) return point;
      } else damping *= 6;
    }
    if (!improved) return point;
  }
  return point;
}

/** No parameter moves by more than a factor of e^0.5 at once. */
function clamp(move: number): number {
  return Math.max(-0.5, Math.min(0.5, move));
}

function costOf({ weights, spread }: Problem, point: readonly number[], residuals: readonly number[]): number {
  let sum = 0;
  residuals.forEach((residual, i) => {
    if (!Number.isFinite(residual)) return;
    sum += (weights[i] ?? 0) * 2 * SOFT ** 2 * (Math.sqrt(1 + (residual / SOFT) ** 2) - 1);
  });
  const prior = point.reduce((total, value, i) => total + (value / (spread[i] ?? 1)) ** 2, 0);
  return sum / NOISE ** 2 + prior;
}

/** Gauss–Newton matrix and gradient, residuals reweighted by the slope of the loss. */
function normalEquations(problem: Problem, point: readonly number[], residuals: readonly number[]) {
  const size = point.length;
  const columns = point.map((value, i) => {
    const moved = [...point];
    moved[i] = value + STEP;
    return problem.residuals(moved).map((residual, row) => (residual - (residuals[row] ?? 0)) / STEP);
  });
  const matrix = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const gradient = new Array<number>(size).fill(0);
  residuals.forEach((residual, row) => {
    if (!Number.isFinite(residual)) return;
    const weight = (problem.weights[row] ?? 0) / Math.sqrt(1 + (residual / SOFT) ** 2) / NOISE ** 2;
    for (let i = 0; i < size; i++) {
      const slope = columns[i]?.[row] ?? 0;
      if (!Number.isFinite(slope) || slope === 0) continue;
      gradient[i] = (gradient[i] ?? 0) + weight * slope * residual;
      for (let j = 0; j < size; j++) {
        const other = columns[j]?.[row] ?? 0;
        const target = matrix[i];
        if (target && Number.isFinite(other)) target[j] = (target[j] ?? 0) + weight * slope * other;
      }
    }
  });
  for (let i = 0; i < size; i++) {
    const precision = 1 / (problem.spread[i] ?? 1) ** 2;
    const target = matrix[i];
    if (target) target[i] = (target[i] ?? 0) + precision;
    gradient[i] = (gradient[i] ?? 0) + precision * (point[i] ?? 0);
  }
  return { matrix, gradient };
}

/** Solves a symmetric, positive definite system by elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const swapped = rows[pivot];
    const current = rows[column];
    if (!swapped || !current) continue;
    rows[pivot] = current;
    rows[column] = swapped;
    const head = swapped[column] ?? 0;
    if (Math.abs(head) < 1e-300) continue;
    for (let row = 0; row < size; row++) {
      const target = rows[row];
      if (row === column || !target) continue;
      const factor = (target[column] ?? 0) / head;
      if (factor === 0) continue;
      for (let k = column; k <= size; k++) target[k] = (target[k] ?? 0) - factor * (swapped[k] ?? 0);
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] || 1));
}
