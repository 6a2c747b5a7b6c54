// A React hook over the node's REST: what <ipfs-status> and <sync-indicator> show, for pages with components of their own.
import { useCallback, useEffect, useState } from "react";
import type { Answer, IpfsStats, IpfsStatus, SessionIpfs } from "./types";

export interface Ipfs {
  status: IpfsStatus | null;
  stats: IpfsStats | null;
  session: SessionIpfs | null;
  /** Why the last look failed; null when it did not. */
  error: string | null;
  pin: (cid: string) => Promise<void>;
  unpin: (cid: string) => Promise<void>;
}

async function ask<T>(path: string, options?: RequestInit): Promise<T> {
  const answer = await fetch(`/api/${path}`, options);
  const body = (await answer.json()) as Answer<T>;
  if (!body.success) throw new Error(body.error);
  return body.data;
}

/** Looks again every `seconds`, while the page is seen. */
export function useIPFS(seconds = 10): Ipfs {
  const [status, setStatus] = useState<IpfsStatus | null>(null);
  const [stats, setStats] = useState<IpfsStats | null>(null);
  const [session, setSession] = useState<SessionIpfs | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    let ended = false;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const [node, room, run] = await Promise.all([
          ask<IpfsStatus>("ipfs/status"),
          ask<IpfsStats>("ipfs/stats"),
          ask<{ ipfs?: SessionIpfs }>("session/status"),
        ]);
        if (ended) return;
        setStatus(node);
        setStats(room);
        setSession(run.ipfs ?? null);
        setError(null);
      } catch (problem) {
        if (!ended) setError(problem instanceof Error ? problem.message : String(problem));
      }
    };
    void look();
    const timer = setInterval(() => void look(), seconds * 1000);
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }, [seconds]);

  const pin = useCallback(async (cid: string) => {
    const headers = { "Content-Type": "application/json" };
    await ask("ipfs/pins", { method: "POST", headers, body: JSON.stringify({ cid, recursive: true }) });
  }, []);
  const unpin = useCallback(async (cid: string) => {
    await ask(`ipfs/pins/${encodeURIComponent(cid)}`, { method: "DELETE" });
  }, []);
  return { status, stats, session, error, pin, unpin };
}
