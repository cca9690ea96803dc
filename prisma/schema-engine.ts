import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as engineBindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

export type SchemaEngine = engineBindings.SchemaEngine

let loaded = false

function loadEngine(): void {
  if (loaded) return
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = new WebAssembly.Module(readFileSync(script.replace(/\.js$/, '.wasm')))
  const instance = new WebAssembly.Instance(module, {
    './schema_engine_bg.js': engineBindings as unknown as WebAssembly.ModuleImports,
  })
  // The engine reports a panic through this global, and without it fails while reporting.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`Prisma's schema engine panicked: ${message}`)
      },
    },
  })
  engineBindings.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start as () => void
  start()
  loaded = true
}

/**
 * Runs `work` with Prisma's schema engine (WASM, so nothing is downloaded) connected to `url`.
 * When it settles, every connection that the engine opened is closed: a database that someone is
 * still connected to cannot serve as a template.
 */
export async function withSchemaEngine<T>(
  url: string,
  schema: { readonly path: string; readonly content: string },
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  loadEngine()
  // The engine does not dispose of the adapters that it asks for, so the pool behind them is ours.
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    const adapters = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool))
    const engine = await engineBindings.SchemaEngine.new(
      { datamodels: [[schema.path, schema.content]] },
      () => {},
      adapters,
    )
    try {
      return await work(engine)
    } finally {
      engine.free()
    }
  } finally {
    await pool.end()
  }
}
