// Run as a process of its own: parses a generated document and prints what it cost.
import { parseMetadata } from '../index.ts';

const wantedBytes = Number(process.argv[2]);
const only = process.argv[3]?.split(',');
let written = 0;

/** An EDMX in the manner of Finance & Operations: thousands of types with labels. */
function* document(): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const sets: string[] = [];
  const chunk = (text: string) => {
    const bytes = encoder.encode(text);
    written += bytes.length;
    return bytes;
  };
  yield chunk(
    '<edmx:Edmx Version="4.0" xmlns:edmx="x"><edmx:DataServices><Schema Namespace="Microsoft.Dynamics.DataEntities">',
  );
  for (let number = 0; written < wantedBytes; number += 1) {
    const properties = Array.from(
      { length: 30 },
      (_, index) =>
        `<Property Name="Field${index}Of${number}" Type="Edm.Decimal" Nullable="false" Precision="15" Scale="3"><Annotation Term="Org.OData.Core.V1.Label" String="Label ${index} of ${number}"/></Property>`,
    );
    sets.push(
      `<EntitySet Name="Set${number}" EntityType="Microsoft.Dynamics.DataEntities.Type${number}"/>`,
    );
    yield chunk(
      `<EntityType Name="Type${number}"><Key><PropertyRef Name="Field0Of${number}"/></Key>${properties.join('')}</EntityType>`,
    );
  }
  yield chunk(
    `<EntityContainer Name="C">${sets.join('')}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`,
  );
}

const before = process.memoryUsage().rss;
const metadata = await parseMetadata({ source: document(), only });
const growth = process.resourceUsage().maxRSS * 1024 - before;
process.stdout.write(
  JSON.stringify({ written, growthMb: growth / 1e6, types: metadata.entityTypes.size }),
);
