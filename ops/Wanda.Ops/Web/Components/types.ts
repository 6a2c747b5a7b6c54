// What the node answers below /api, and tells on its Socket.IO namespaces: docs/wanda-app.md has what each word means.

export interface IpfsState {
  cid: string | null;
  /** Held by the node, or proven to be held by a destination. */
  pinned: boolean;
  /** Proven in as many failure domains as the node's release wants. */
  synced: boolean;
  /** In how many distinct ones it is proven. */
  replicas: number;
  status: "queued" | "uploading" | "complete" | "error";
}

export interface Capture {
  id: string;
  name: string;
  path: string;
  size_bytes: number;
  captured_at: string;
  ipfs: IpfsState;
}

export interface IpfsStatus {
  daemon_running: boolean;
  mode: string;
  node_id: string | null;
  agent_version: string;
  protocol_version: string | null;
  addresses: string[];
  public_key: string | null;
  ipns_name: string | null;
}

export interface IpfsStats {
  storage: {
    repo_size_bytes: number;
    repo_size_human: string;
    storage_max_bytes: number | null;
    storage_max_human: string | null;
    num_objects: number;
    usage_percent: number | null;
  };
  network: { peers_connected: number };
  pins: { total: number; recursive: number; direct: number };
}

export interface SessionIpfs {
  enabled: boolean;
  session_cid: string | null;
  images_uploaded: number;
  images_pending: number;
  upload_progress_percent: number;
  ipns_name: string | null;
  last_ipns_update: string | null;
}

/** An answer that says no. */
export interface Refusal {
  success: false;
  code: string;
  error: string;
}

export type Answer<T> = { success: true; data: T; message?: string } | Refusal;
