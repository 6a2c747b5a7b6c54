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
  name: string;
  path: string;
  /** Null, as the two below, while the node did not take it yet. */
  id: string | null;
  size_bytes: number | null;
  captured_at: string | null;
  ipfs: IpfsState;
}

/** With ?ipfs=1 Captures<Capture>. */
export interface Captures<File = string> {
  files: File[];
  captures: Capture[];
  total: number;
}

export interface Folders {
  folders: string[];
}

export interface IpfsStatus {
  daemon_running: boolean;
  mode: "embedded" | "kubo";
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
    storage_max_bytes: number;
    storage_max_human: string;
    num_objects: number;
    usage_percent: number;
  };
  network: {
    peers_connected: number;
    /** Null, as the three below, where a Kubo has traffic that is not asked for. */
    bandwidth_in: string | null;
    bandwidth_out: string | null;
    total_in_bytes: number | null;
    total_out_bytes: number | null;
  };
  pins: { total: number; recursive: number; direct: number };
  wanda_network: { known_nodes: number; connected_nodes: number; images_shared: number };
}

export interface IpfsPeers {
  all_peers: number;
  peers: { peer_id: string; address: string }[];
  wanda_nodes: unknown[];
}

/** What is on its way to a destination for longer than a second. */
export interface Upload {
  file: string;
  path: string;
  id: string;
  destination: string;
  bytes_uploaded: number;
  total_bytes: number;
  percent: number;
}

export interface Uploads {
  uploads: Upload[];
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
