// An independent Bitcoin Cash node (npm bcash: chain, mempool and miner; rules of May 2019) on regtest, in memory.
// Its native parts are slow to build and not needed here: each has a twin in JavaScript, which is chosen below.
// In, a JSON line each: {"mine": count, "to": cashaddr} | {"send": hex} | {"block": height}.
// Out: {"height": n} | {"taken": txid} or {"refused": reason} | {"raw": hex}.
'use strict';

process.env.NODE_BACKEND = 'js';
const Module = require('node:module');
const { createInterface } = require('node:readline');

const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveTwin(...asked) {
  return resolve.apply(this, asked).replace(/(\/bdb\/lib\/level)\.js$/, '$1-browser.js');
};
const { Address, Chain, Mempool, Miner, TX } = require('bcash');

const network = 'regtest';
const chain = new Chain({ network, memory: true });
const mempool = new Mempool({ network, chain, memory: true });
const miner = new Miner({ network, chain, mempool });
chain.on('connect', (entry, block) => mempool._addBlock(entry, block.txs).catch(() => {}));

async function answer({ mine, to, send, block }) {
  if (mine) {
    const address = Address.fromString(to, network);
    for (let number = 0; number < mine; number += 1) await chain.add(await miner.mineBlock(null, address));
    return { height: chain.height };
  }
  if (send) {
    const transaction = TX.fromRaw(send, 'hex');
    try {
      const missing = await mempool.addTX(transaction);
      return missing ? { refused: 'missing inputs' } : { taken: transaction.txid() };
    } catch (error) {
      return { refused: error.reason || error.message };
    }
  }
  return { raw: (await chain.getBlock(block)).toRaw().toString('hex') };
}

(async () => {
  await chain.open();
  await mempool.open();
  await miner.open();
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(JSON.parse(line))));
  }
})();
