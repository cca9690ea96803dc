import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils'
import type { SteppingClock } from './stepping-clock.ts'

/** Wraps a driver adapter, so that the clock stands still while a statement is under way. */
export function countStatements(
  factory: SqlDriverAdapterFactory,
  clock: () => SteppingClock,
): SqlDriverAdapterFactory {
  const queries = (target: SqlQueryable): Pick<SqlQueryable, 'queryRaw' | 'executeRaw'> => ({
    queryRaw: (query) => clock().request(() => target.queryRaw(query)),
    executeRaw: (query) => clock().request(() => target.executeRaw(query)),
  })
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter = await factory.connect()
      return override<SqlDriverAdapter>(adapter, {
        ...queries(adapter),
        startTransaction: async (isolationLevel) => {
          const transaction = await clock().request(() => adapter.startTransaction(isolationLevel))
          return override<Transaction>(transaction, queries(transaction))
        },
      })
    },
  }
}

function override<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(object, key) {
      if (key in members) return members[key as keyof T]
      const value = Reflect.get(object, key, object)
      return typeof value === 'function' ? value.bind(object) : value
    },
  })
}
