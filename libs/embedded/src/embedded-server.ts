/** A real server of our own on 127.0.0.1 that lives no longer than this process. Its data stays in its folder. */
export interface EmbeddedServer {
  /** With user and password, for clients on this machine. */
  readonly url: string;
  /** What runs and where it came from, for people. */
  readonly origin: string;
  /** Lets it finish what it does, then ends it and every process it started. */
  stop(): Promise<void>;
  /** Stops it if it runs and starts it again at the same address. */
  restart(): Promise<void>;
  /** Ends it as a crash would (SIGKILL); `restart` brings it back. */
  kill(): Promise<void>;
}
