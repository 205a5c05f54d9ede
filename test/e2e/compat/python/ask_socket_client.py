"""A client of the text WebSocket: sends the frames that its second argument lists, each after the answer to the one before."""

import asyncio
import json
import sys

import websockets


async def main(address, frames):
    async with websockets.connect(address) as socket:
        for frame in frames:
            await socket.send(frame)
            text = ""
            async for said in socket:
                if said.startswith(("<|end|>$", "<|err|>$")):
                    print(json.dumps({"text": text, "end": said}), flush=True)
                    break
                text += said


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
