// Judges Bitcoin Cash addresses by libauth, which shares nothing with the product.
// In: a JSON line {"address"} each. Out: a JSON line each, {"script": hex or null, "network": prefix or Base58 version}.
import { createInterface } from 'node:readline';
import { base58AddressToLockingBytecode, binToHex, cashAddressToLockingBytecode } from '@bitauth/libauth';

for await (const line of createInterface({ input: process.stdin })) {
  const { address } = JSON.parse(line);
  const cash = address.includes(':') ? cashAddressToLockingBytecode(address) : 'no prefix';
  const base58 = typeof cash === 'string' ? base58AddressToLockingBytecode(address) : cash;
  const found = typeof cash === 'string' ? base58 : cash;
  const told = typeof found === 'string'
    ? { script: null, network: null }
    : { script: binToHex(found.bytecode), network: found.prefix ?? found.version };
  console.log(JSON.stringify(told));
}
