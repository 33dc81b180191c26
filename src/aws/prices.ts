import {
  paginateGetProducts,
  type GetProductsCommandInput,
  type GetProductsCommandOutput,
  type PricingClient,
} from "@aws-sdk/client-pricing";
import { isCancelled } from "../core/base/errors";
import { publicAddressHour, type RegionPrices } from "../core/base/prices";
import { within } from "../core/base/within";
import type { PricesPort } from "../core/ports/cloud";
import type { Caller } from "./session";

/** A plan does not wait longer for prices than this. */
const patienceMilliseconds = 3000;

/** A line of the price list: what is used, what it costs an hour, and when that was published. */
interface Rate {
  readonly usage: string;
  readonly price: number;
  readonly currency: RegionPrices["currency"];
  readonly published: string;
}

interface PriceListEntry {
  product?: { attributes?: { usagetype?: string } };
  terms?: {
    OnDemand?: Record<string, { priceDimensions?: Record<string, { pricePerUnit?: Record<string, string> }> }>;
  };
  publicationDate?: string;
}

/** The lines of an entry; none where it is no On-Demand price. */
function ratesOf(text: string): Rate[] {
  const { product, terms, publicationDate = "" } = JSON.parse(text) as PriceListEntry;
  const usage = product?.attributes?.usagetype;
  if (usage === undefined) return [];
  return Object.values(terms?.OnDemand ?? {}).flatMap(({ priceDimensions }) =>
    Object.values(priceDimensions ?? {}).flatMap(({ pricePerUnit }) =>
      (["USD", "CNY"] as const).flatMap((currency) => {
        const price = Number(pricePerUnit?.[currency]);
        return price > 0 ? [{ usage, price, currency, published: publicationDate.slice(0, 10) }] : [];
      }),
    ),
  );
}

/**
 * Prices of a region from entries of the price list; undefined where one is missing. Usage types begin with the
 * region's short
 * name (`EUW1-`), except some of us-east-1.
 */
export function pricesFrom(entries: readonly string[]): RegionPrices | undefined {
  const rates = entries.flatMap(ratesOf);
  const rate = (usage: string): Rate | undefined =>
    rates.find((item) => item.usage.replace(/^[A-Z]+\d*-/, "") === usage);
  const [cpu, gigabyte] = [rate("Fargate-vCPU-Hours:perCPU"), rate("Fargate-GB-Hours")];
  const [armCpu, armGigabyte] = [rate("Fargate-ARM-vCPU-Hours:perCPU"), rate("Fargate-ARM-GB-Hours")];
  const balancer = rate("LoadBalancerUsage");
  const storage = rate("Fargate-EphemeralStorage-GB-Hours");
  if (!cpu || !gigabyte || !balancer) return undefined;
  const x86 = { cpuHour: cpu.price, gigabyteHour: gigabyte.price };
  return {
    currency: cpu.currency,
    asOf: [cpu, gigabyte, balancer].map(({ published }) => published).sort()[0] ?? "",
    x86,
    // Where there is no ARM nobody can run it.
    arm: armCpu && armGigabyte ? { cpuHour: armCpu.price, gigabyteHour: armGigabyte.price } : x86,
    ...(storage ? { storageHour: storage.price } : {}),
    loadBalancerHour: balancer.price,
    ...(cpu.currency === "USD" ? { publicAddressHour } : {}),
  };
}

/** What is asked of the price list; each in one call, as a rule. */
const questions: readonly { readonly service: string; readonly more: Readonly<Record<string, string>> }[] = [
  { service: "AmazonECS", more: {} },
  { service: "AWSELB", more: { operation: "LoadBalancing:Application" } },
];

async function ask(caller: Caller, client: PricingClient, region: string): Promise<RegionPrices | undefined> {
  const entries = await Promise.all(
    questions.map(({ service, more }) =>
      caller.all<PricingClient, GetProductsCommandInput, GetProductsCommandOutput, string>(
        paginateGetProducts,
        client,
        {
          ServiceCode: service,
          FormatVersion: "aws_v1",
          MaxResults: 100,
          Filters: Object.entries({ regionCode: region, ...more }).map(([Field, Value]) => ({
            Type: "TERM_MATCH" as const,
            Field,
            Value,
          })),
        },
        // Each a String object of the SDK's, made to be parsed.
        ({ PriceList }) => PriceList?.map((entry: { toString(): string }) => entry.toString()),
        { limit: 500 },
      ),
    ),
  );
  return pricesFrom(entries.flat());
}

/** The price list of the session's region. Prices are a courtesy of the plan: whoever may not ask is not held up. */
export function pricesPort(caller: Caller): PricesPort {
  const { session, signal } = caller;
  return {
    ofRegion: () => {
      session.prices ??= (async () => {
        const kept = await session.priceStore?.read();
        if (kept) return kept;
        const found = await ask(caller, session.pricing, session.settings.region);
        if (found) await session.priceStore?.write(found);
        return found;
      })().catch((error: unknown) => {
        // Whoever is asked next time may be asked again.
        if (isCancelled(error)) delete session.prices;
        return undefined;
      });
      return within(session.clock, patienceMilliseconds, signal, session.prices);
    },
  };
}
