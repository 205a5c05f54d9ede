"""A client of the gRPC door that knows the generated code and nothing else.

It does what its one argument says, and tells what it hears in lines of JSON.
"""

import json
import sys

import chat_pb2
import chat_pb2_grpc
import grpc
import health_pb2
import health_pb2_grpc
import reflection_pb2
import reflection_pb2_grpc


def tell(**heard):
    print(json.dumps(heard), flush=True)


def ask(channel, asked, metadata, timeout=None, cancels=False, waits=False):
    request = chat_pb2.askrequest(**asked)
    call = chat_pb2_grpc.ChatStub(channel).Ask(request, metadata=list(metadata.items()), timeout=timeout)
    try:
        for answer in call:
            tell(response=answer.response)
            if cancels:
                call.cancel()
            if waits:
                sys.stdin.readline()
                waits = False
    except grpc.RpcError:
        pass
    tell(code=call.code().name, details=call.details(), trailers=dict(call.trailing_metadata() or ()))


def health(channel, service):
    answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    tell(status=health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))


def services(channel):
    wish = reflection_pb2.ServerReflectionRequest(list_services="")
    for answer in reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([wish])):
        tell(services=[service.name for service in answer.list_services_response.service])


wanted = json.loads(sys.argv[1])
with grpc.insecure_channel(wanted.pop("address")) as door:
    {"ask": ask, "health": health, "services": services}[wanted.pop("do")](door, **wanted)
