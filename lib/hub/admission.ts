// Owns the limits of sockets for an address and for a user, and which sockets belong to a user. Closes none itself.

export interface SocketLimits {
  readonly socketsPerIp: number;
  readonly socketsPerUser: number;
}

export function createAdmission<Connection>({ socketsPerIp, socketsPerUser }: SocketLimits) {
  const perAddress = new Map<string, number>();
  const perUser = new Map<string, Set<Connection>>();

  return {
    /** False if the address is at its limit. The socket counts anyway: a refused socket is a connection until it is gone. */
    enter(address: string): boolean {
      const count = perAddress.get(address) ?? 0;
      perAddress.set(address, count + 1);
      return count < socketsPerIp;
    },

    /** False if the address also holds too many refused sockets: another one is refused before its upgrade. */
    mayConnect: (address: string): boolean => (perAddress.get(address) ?? 0) < 2 * socketsPerIp,

    leave(address: string): void {
      const count = perAddress.get(address) ?? 0;
      if (count > 1) perAddress.set(address, count - 1);
      else perAddress.delete(address);
    },

    isEmpty: (): boolean => perAddress.size === 0,

    /** Returns the user's oldest connection if there is one too many: the caller closes it. */
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

    /** A copy, since closing a connection changes the set. */
    ofUser: (userId: string): Connection[] => [...perUser.get(userId) ?? []],
  };
}
