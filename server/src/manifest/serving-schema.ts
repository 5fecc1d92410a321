/** `serving`: the load, and what users may expect. */
import * as z from 'zod';
import { choice, decimal, flag, listed, percentile, positive, quantity, text, whole, wholeOrAuto } from './fields.ts';
import { ENGINES, PRECISIONS } from './words.ts';

const rate = (description: string) => quantity('rate', description, { examples: ['12/s', '5M/day'] });
const wait = (description: string, example: string) => positive('duration', description, { examples: [example] });

const requestsSchema = z
  .union([
    rate('Requests: a rate.'),
    z
      .strictObject({
        average: rate('Requests over the whole day, which decide the cost.').optional(),
        peak: rate('Requests in the busiest minutes, which decide the size.').optional(),
      })
      .register(z.globalRegistry, { description: 'Average and peak.' }),
  ])
  .register(z.globalRegistry, {
    description: 'Requests that the whole fleet answers (at the edge: one device). A rate, or `average` and `peak`.',
    'x-dimension': 'rate',
    'x-default': 'none; one rate is both average and peak',
    examples: ['12/s'],
  });

const latencySchema = z
  .strictObject({
    timeToFirstToken: wait('From the request to its first token.', '800ms').optional(),
    perOutputToken: wait('Between two tokens of an answer.', '50ms').optional(),
    endToEnd: wait('From the request to the end of the answer.', '2s').optional(),
    percentile: percentile('The percentage of requests that must keep these limits.', { 'x-default': '95' }).optional(),
  })
  .register(z.globalRegistry, { description: 'How long users may wait.' });

const autoscalingSchema = z
  .strictObject({
    min: whole('The fewest replicas.', 0).optional(),
    max: whole('The most replicas.').optional(),
    scaleToZero: flag('No replica stays up while there are no requests; the first request then waits for a start.', {
      'x-default': 'false',
    }).optional(),
    targetUtilization: positive('share', 'How busy replicas are kept; above it, one is added.', {
      'x-default': '70 %',
      examples: ['70%'],
    }).optional(),
  })
  .register(z.globalRegistry, {
    description: 'Let the number of replicas follow the load.',
    'x-default': 'none: a fixed fleet sized for the peak',
  });

const servingParallelism = z
  .strictObject({
    tensor: wholeOrAuto('How many devices share every layer of a replica.').optional(),
    pipeline: wholeOrAuto('How many stages the layers of a replica are cut into.').optional(),
    expert: wholeOrAuto('How many devices the experts of a layer are spread over.').optional(),
    attentionData: wholeOrAuto(
      'How many groups of devices run attention on different requests, while they share the experts.',
    ).optional(),
  })
  .register(z.globalRegistry, {
    description: 'How one replica is split over accelerators. What is not given is chosen.',
  });

export const servingSchema = z
  .strictObject({
    engine: choice(ENGINES, 'The software that serves the model.', {
      'x-default': '`vllm` for language models on chips that it supports',
    }).optional(),
    engineVersion: text('Version of the engine, in quotes.', { examples: ['0.11'] }).optional(),
    precision: choice(
      PRECISIONS,
      'Number format of the weights. Arithmetic is in it too where chip and engine can, else in 16 bit.',
      { 'x-default': '16 bit' },
    ).optional(),
    kvCachePrecision: choice(PRECISIONS, 'Number format of the KV cache: half the bytes hold twice the requests.', {
      'x-default': '16 bit',
    }).optional(),
    requests: requestsSchema.optional(),
    usersIn: z
      .array(listed('geography', 'A geography or a country.'))
      .register(z.globalRegistry, { description: 'Where the users are, for the distance to the region.' })
      .optional(),
    parallelism: servingParallelism.optional(),
    inputTokens: positive('count', 'Tokens of an average prompt.', { examples: [1500] }).optional(),
    outputTokens: quantity('count', 'Tokens of an average answer; 0 for embeddings and classification.', {
      examples: [300],
    }).optional(),
    samples: positive('count', 'How many requests or samples a batch job has in all.', {
      examples: ['10M'],
    }).optional(),
    latency: latencySchema.optional(),
    concurrency: whole('Sequences in one batch. Fixes the batch, so that a measured point can be compared.').optional(),
    maxContext: positive('count', 'The longest context that must be served, in tokens.', {
      examples: ['32k'],
    }).optional(),
    memoryShare: positive('share', "Share of the device's memory that the engine may take.", {
      'x-default': '90 %',
      examples: ['90%'],
    }).optional(),
    cache: z
      .strictObject({
        prefixHitRate: quantity(
          'share',
          'Share of the input tokens that are found in the prefix cache and not computed again.',
          { examples: ['40%'] },
        ).optional(),
      })
      .register(z.globalRegistry, { description: 'What is remembered between requests.' })
      .optional(),
    autoscaling: autoscalingSchema.optional(),
    availability: quantity('share', 'Share of the time in which the service must answer.', {
      examples: ['99.9%'],
    }).optional(),
    hoursPerMonth: decimal('Hours that it runs in a month.', 0, { 'x-default': '730' }).optional(),
    deadline: positive('duration', 'A batch job must end within this time.', { examples: ['8h'] }).optional(),
  })
  .register(z.globalRegistry, {
    description: 'The load and its limits, for the phases `inference` and `batch-inference`.',
  });
