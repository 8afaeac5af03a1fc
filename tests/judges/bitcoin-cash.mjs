// Judges signed Bitcoin Cash transactions by libauth's virtual machine, which shares nothing with the product.
// In: one JSON line {"raw": hex, "spent": [{"script": hex, "units": n}, …]}. Out: {"verified": true | "reason", "txid", "outputs"}.
import { createInterface } from 'node:readline';
import {
  binToHex, createVirtualMachineBCH, decodeTransaction, hashTransaction, hexToBin, lockingBytecodeToCashAddress,
} from '@bitauth/libauth';

const machine = createVirtualMachineBCH();
for await (const line of createInterface({ input: process.stdin })) {
  const { raw, spent } = JSON.parse(line);
  const transaction = decodeTransaction(hexToBin(raw));
  if (typeof transaction === 'string') {
    console.log(JSON.stringify({ verified: transaction }));
    continue;
  }
  const sourceOutputs = spent.map(({ script, units }) => ({ lockingBytecode: hexToBin(script), valueSatoshis: BigInt(units) }));
  const outputs = transaction.outputs.map(({ lockingBytecode, valueSatoshis }) => {
    const found = lockingBytecodeToCashAddress({ bytecode: lockingBytecode, prefix: 'bchreg' });
    return { address: typeof found === 'string' ? found : found.address, script: binToHex(lockingBytecode), units: Number(valueSatoshis) };
  });
  const verified = machine.verify({ sourceOutputs, transaction });
  console.log(JSON.stringify({ verified, txid: hashTransaction(hexToBin(raw)), outputs }));
}
