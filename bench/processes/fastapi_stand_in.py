"""The same work in FastAPI: httpx towards the upstream, SQLAlchemy and asyncpg towards PostgreSQL, as their
documentation teaches it. One process, as ours is."""

import asyncio
import hashlib
import hmac
import json
import os
import sys
import threading
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timezone

import httpx
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import declarative_base, sessionmaker

UPSTREAM, DATABASE = sys.argv[1:]
SECRET = os.urandom(32)
HISTORY = 20
MOST_CONNECTIONS = 4096
COMPACT = (",", ":")

Base = declarative_base()


def now() -> datetime:
    return datetime.now(timezone.utc)


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(64), unique=True, nullable=False)
    requests = Column(BigInteger, nullable=False, default=0)
    tokens = Column(BigInteger, nullable=False, default=0)
    token_limit = Column(BigInteger, nullable=False, default=10**12)


class Conversation(Base):
    __tablename__ = "conversations"
    id = Column(String(36), primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"), nullable=False)
    title = Column(String(200), nullable=False)
    message_count = Column(Integer, nullable=False, default=0)
    updated_at = Column(DateTime(timezone=True), nullable=False, default=now)


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (Index("messages_of_conversation", "conversation_id", "sequence"),)
    id = Column(String(36), primary_key=True)
    conversation_id = Column(String(36), ForeignKey("conversations.id"), nullable=False)
    sequence = Column(Integer, nullable=False)
    role = Column(String(16), nullable=False)
    content = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), nullable=False, default=now)


class Name(BaseModel):
    name: str = Field(min_length=1, max_length=64)


class Question(BaseModel):
    content: str = Field(min_length=1, max_length=10_000)
    stream: bool = False


class Completion(BaseModel):
    model: str
    messages: list
    stream: bool = False


engine = create_async_engine(DATABASE, pool_size=20, max_overflow=0)
sessions = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS)
upstream = httpx.AsyncClient(base_url=UPSTREAM, limits=limits, timeout=60)
app = FastAPI()


@app.on_event("startup")
async def create_tables() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


def signature(payload: str) -> str:
    return urlsafe_b64encode(hmac.new(SECRET, payload.encode(), hashlib.sha256).digest()).decode()


def token_for(user: User) -> str:
    payload = urlsafe_b64encode(json.dumps({"sub": user.id}).encode()).decode()
    return f"{payload}.{signature(payload)}"


def user_id(authorization: str = Header()) -> int:
    payload, _, signed = authorization.removeprefix("Bearer ").partition(".")
    if not hmac.compare_digest(signed, signature(payload)):
        raise HTTPException(401, "Not signed in")
    return json.loads(urlsafe_b64decode(payload))["sub"]


async def pieces(body: dict):
    async with upstream.stream("POST", "/chat/completions", json=body) as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith("data: ") and not line.startswith("data: [DONE]"):
                yield json.loads(line[6:])


def text_of(chunk: dict) -> str:
    return chunk["choices"][0]["delta"].get("content") or "" if chunk["choices"] else ""


def event(fields: dict) -> str:
    return f"data: {json.dumps(fields, separators=COMPACT)}\n\n"


@app.post("/v1/chat/completions")
async def relay(asked: Completion):
    """Without a database."""
    if not asked.stream:
        return (await upstream.post("/chat/completions", json=asked.dict())).json()

    async def events():
        async for chunk in pieces(asked.dict()):
            yield event(chunk)
        yield "data: [DONE]\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


@app.post("/users", status_code=201)
async def register(asked: Name):
    async with sessions() as session:
        user = User(name=asked.name)
        session.add(user)
        await session.commit()
        return {"token": token_for(user)}


@app.post("/conversations", status_code=201)
async def begin(owner: int = Depends(user_id)):
    async with sessions() as session:
        conversation = Conversation(id=str(uuid.uuid4()), user_id=owner, title="bench")
        session.add(conversation)
        await session.commit()
        return {"id": conversation.id}


async def open_turn(conversation_id: str, owner: int, content: str) -> list:
    async with sessions() as session:
        user = await session.get(User, owner)
        found = await session.execute(
            select(Conversation).where(Conversation.id == conversation_id, Conversation.user_id == owner)
        )
        conversation = found.scalar_one_or_none()
        if user is None or conversation is None:
            raise HTTPException(404, "Not found")
        if user.tokens >= user.token_limit:
            raise HTTPException(429, "Quota exceeded")
        recent = await session.execute(
            select(Message)
            .where(Message.conversation_id == conversation_id)
            .order_by(Message.sequence.desc())
            .limit(HISTORY)
        )
        history = [{"role": m.role, "content": m.content} for m in reversed(recent.scalars().all())]
        store(session, conversation, "user", content)
        user.requests += 1
        await session.commit()
        return [*history, {"role": "user", "content": content}]


def store(session: AsyncSession, conversation: Conversation, role: str, content: str) -> None:
    conversation.message_count += 1
    conversation.updated_at = now()
    session.add(
        Message(
            id=str(uuid.uuid4()),
            conversation_id=conversation.id,
            sequence=conversation.message_count,
            role=role,
            content=content,
        )
    )


async def end_turn(conversation_id: str, owner: int, content: str, tokens: int) -> None:
    async with sessions() as session:
        store(session, await session.get(Conversation, conversation_id), "assistant", content)
        (await session.get(User, owner)).tokens += tokens
        await session.commit()


@app.post("/conversations/{conversation_id}/messages")
async def send(conversation_id: str, asked: Question, owner: int = Depends(user_id)):
    messages = await open_turn(conversation_id, owner, asked.content)
    body = {"model": "gpt-4o", "messages": messages, "stream": asked.stream}
    if not asked.stream:
        answer = (await upstream.post("/chat/completions", json=body)).json()
        content = answer["choices"][0]["message"]["content"]
        await end_turn(conversation_id, owner, content, answer["usage"]["total_tokens"])
        return {"role": "assistant", "content": content}

    async def events():
        answer, tokens = "", 0
        async for chunk in pieces({**body, "stream_options": {"include_usage": True}}):
            if text := text_of(chunk):
                answer += text
                yield event({"type": "content", "content": text})
            if chunk.get("usage"):
                tokens = chunk["usage"]["total_tokens"]
        await end_turn(conversation_id, owner, answer, tokens)
        yield event({"type": "end"})

    return StreamingResponse(events(), media_type="text/event-stream")


class Server(uvicorn.Server):
    """Tells its port to who started it, and ends with him."""

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        channel = int(os.environ["NODE_CHANNEL_FD"])
        os.write(channel, json.dumps({"port": sockets[0].getsockname()[1]}).encode() + b"\n")
        threading.Thread(target=lambda: (os.read(channel, 1), os._exit(0)), daemon=True).start()


config = uvicorn.Config(app, host="127.0.0.1", port=0, backlog=4096, log_level="warning", access_log=False)
asyncio_server = Server(config)
asyncio_server.run(sockets=[config.bind_socket()])
