"""Calls a miner with the dendrite of a Bittensor SDK 7 to 10, and prints what the SDK made of each answer, one JSON object a line.

usage: dendrite_calls.py PORT SIGNER MINER COUNT      (SIGNER and MINER are development keys such as //Alice)
"""
import asyncio
import datetime
import json
import sys
from typing import List, Optional

import bittensor
from bittensor_wallet import Keypair

port, signer, miner, count = int(sys.argv[1]), Keypair.create_from_uri(sys.argv[2]), Keypair.create_from_uri(sys.argv[3]).ss58_address, int(sys.argv[4])

# The SDK asks a public service for its own address; a test must not.
bittensor.utils.networking.get_external_ip = lambda: "203.0.113.1"


class Challenge(bittensor.Synapse):
    timestamp: str
    prediction: Optional[float] = None
    interval: Optional[List[float]] = None


async def call():
    dendrite = getattr(bittensor, "Dendrite", None) or bittensor.dendrite
    target = bittensor.AxonInfo(version=1, ip="127.0.0.1", port=port, ip_type=4, hotkey=miner, coldkey=miner)
    async with dendrite(wallet=signer) as caller:
        for _ in range(count):
            question = Challenge(timestamp=datetime.datetime.now(datetime.timezone.utc).isoformat())
            (answer,) = await caller(axons=[target], synapse=question, deserialize=False, timeout=12)
            print(json.dumps({
                "status": answer.dendrite.status_code, "message": answer.dendrite.status_message, "axonStatus": answer.axon.status_code,
                "timestamp": answer.timestamp == question.timestamp, "prediction": answer.prediction, "interval": answer.interval}), flush=True)


asyncio.run(call())
