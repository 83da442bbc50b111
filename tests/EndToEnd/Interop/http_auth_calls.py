"""Calls a miner with requests that the http_auth of a Bittensor SDK 11 signs, and prints each answer as one JSON object a line.

usage: http_auth_calls.py PORT SIGNER MINER COUNT      (SIGNER and MINER are development keys such as //Alice)
"""
import datetime
import http.client
import json
import sys

from bittensor import http_auth
from bittensor.wallets import Keypair

port, signer, miner, count = int(sys.argv[1]), Keypair.create_from_uri(sys.argv[2]), Keypair.create_from_uri(sys.argv[3]).ss58_address, int(sys.argv[4])

for _ in range(count):
    body = json.dumps({"timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat()}).encode()
    headers = http_auth.sign(signer, method="POST", path="/Challenge", body=body, receiver_ss58=miner)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=12)
    connection.request("POST", "/Challenge", body, {**headers, "Content-Type": "application/json"})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    print(json.dumps({
        "status": answer.status, "message": said.get("message"), "axonStatus": said.get("axon", {}).get("status_code"),
        "timestamp": True, "prediction": said.get("prediction"), "interval": said.get("interval")}), flush=True)
