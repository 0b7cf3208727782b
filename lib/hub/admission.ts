// Owns how many sockets an address and a user may have, and which are a user's. Closes nothing itself.

export interface SocketLimits {
  readonly socketsPerIp: number;
  readonly socketsPerUser: number;
}

export function createAdmission<Connection>({ socketsPerIp, socketsPerUser }: SocketLimits) {
  const perAddress = new Map<string, number>();
  const perUser = new Map<string, Set<Connection>>();

  return {
    /** False: the address has all it may have. Counts all the same, as a refused socket is a connection until it goes. */
    enter(address: string): boolean {
      const count = perAddress.get(address) ?? 0;
      perAddress.set(address, count + 1);
      return count < socketsPerIp;
    },

    /** False: so many refused sockets of the address still hang on that one more is not even let in to be refused. */
    mayKnock: (address: string): boolean => (perAddress.get(address) ?? 0) < 2 * socketsPerIp,

    leave(address: string): void {
      const count = perAddress.get(address) ?? 0;
      if (count > 1) perAddress.set(address, count - 1);
      else perAddress.delete(address);
    },

    isEmpty: (): boolean => perAddress.size === 0,

    /** The answer is the user's oldest connection when there is one too many: it has to go. */
    signIn(userId: string, connection: Connection): Connection | undefined {
      const connections = perUser.get(userId) ?? new Set();
      perUser.set(userId, connections.add(connection));
      if (connections.size <= socketsPerUser) return undefined;
      const [oldest] = connections;
      return oldest;
    },

    signOut(userId: string, connection: Connection): void {
      const connections = perUser.get(userId);
      connections?.delete(connection);
      if (connections?.size === 0) perUser.delete(userId);
    },

    /** A copy, as closing them changes the set. */
    ofUser: (userId: string): Connection[] => [...perUser.get(userId) ?? []],
  };
}
