/** One plugin that was started, as plain functions: every answer within a time, every failure in words. */
import type { Properties } from "../../rehearsal/values.ts";
import {
  Empty,
  grpc,
  messages,
  type ProviderClient,
  plugins,
  ResourceProviderClient,
  type ServiceError,
  Struct,
  structOf,
} from "./grpc.ts";

/** What a provider refuses by itself, before anything is tried. */
export interface Failure {
  /** Where, in words of the provider; often empty. */
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly failures: readonly Failure[];
  /** Inputs with the provider's defaults. */
  readonly inputs: Struct;
}

/** A call that the plugin answered with an error, or not at all. */
export class CallError extends Error {
  /** Whether the plugin is there no more, or says nothing: it makes no sense to go on asking. */
  readonly lost: boolean;
  constructor(message: string, lost: boolean) {
    super(message);
    this.lost = lost;
  }
}

export interface Named {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

type Method<Q, R> = (
  request: Q,
  metadata: InstanceType<typeof grpc.Metadata>,
  options: { deadline: number },
  done: (error: ServiceError | null, response: R) => void,
) => unknown;

export class Client {
  readonly #client: ProviderClient;
  readonly #timeout: number;

  /** @param timeout milliseconds that each answer may take */
  constructor(port: number, timeout: number) {
    // A proxy in the environment is not for a port of this machine.
    const options = { "grpc.enable_http_proxy": 0, "grpc.max_receive_message_length": -1 };
    this.#client = new ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      options,
    );
    this.#timeout = timeout;
  }

  close(): void {
    this.#client.close();
  }

  /** Tells the plugin who asks. Older plugins know neither call. */
  async greet(engine: string, running: boolean): Promise<void> {
    const handshake = new messages.ProviderHandshakeRequest();
    handshake.setEngineAddress(engine);
    await this.#optional("Handshake", handshake, this.#client.handshake);
    if (!running) return;
    const attach = new plugins.PluginAttach();
    attach.setAddress(engine);
    await this.#optional("Attach", attach, this.#client.attach);
  }

  /** The plugin's version; undefined when it does not say. */
  async version(): Promise<string | undefined> {
    const info = await this.#optional("GetPluginInfo", new Empty(), this.#client.getPluginInfo);
    return info?.getVersion().replace(/^v/, "") || undefined;
  }

  /** The package's schema as JSON; undefined when the plugin carries none. */
  async schema(): Promise<string | undefined> {
    const request = new messages.GetSchemaRequest();
    const response = await this.#optional("GetSchema", request, this.#client.getSchema);
    return response?.getSchema() || undefined;
  }

  checkSettings(urn: string, settings: Properties): Promise<Checked> {
    return this.#checked("CheckConfig", { urn, type: "", name: "" }, settings, this.#client.checkConfig);
  }

  /** @param variables the same settings by name, each as text */
  async configure(settings: Struct, variables: Readonly<Record<string, string>>): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(settings);
    request.setAcceptsecrets(false);
    request.setAcceptresources(false);
    for (const [key, value] of Object.entries(variables)) request.getVariablesMap().set(key, value);
    await this.#call("Configure", request, this.#client.configure);
  }

  check(resource: Named, inputs: Properties): Promise<Checked> {
    return this.#checked("Check", resource, inputs, this.#client.check);
  }

  /** Looks at what a create would do, and creates nothing. */
  async preview({ urn, type, name }: Named, inputs: Struct): Promise<void> {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setType(type);
    request.setName(name);
    request.setProperties(inputs);
    request.setPreview(true);
    await this.#call("Create", request, this.#client.create);
  }

  async #checked(
    title: string,
    { urn, type, name }: Named,
    inputs: Properties,
    method: Method<InstanceType<typeof messages.CheckRequest>, InstanceType<typeof messages.CheckResponse>>,
  ): Promise<Checked> {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setType(type);
    request.setName(name);
    request.setNews(structOf(inputs));
    request.setOlds(new Struct());
    // The same automatic names each time.
    request.setRandomseed(new Uint8Array(32));
    const response = await this.#call(title, request, method);
    const failures = response
      .getFailuresList()
      .map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    return { failures, inputs: response.getInputs() ?? request.getNews() ?? new Struct() };
  }

  async #optional<Q, R>(title: string, request: Q, method: Method<Q, R>): Promise<R | undefined> {
    return this.#call(title, request, method).catch((error: unknown) => {
      if (error instanceof CallError && !error.lost) return undefined;
      throw error;
    });
  }

  #call<Q, R>(title: string, request: Q, method: Method<Q, R>): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const deadline = Date.now() + this.#timeout;
    method.call(this.#client, request, new grpc.Metadata(), { deadline }, (error, response) => {
      if (error) reject(this.#described(title, error));
      else resolve(response);
    });
    return promise;
  }

  #described(title: string, { code, details }: ServiceError): CallError {
    const { DEADLINE_EXCEEDED, UNAVAILABLE } = grpc.status;
    if (code === DEADLINE_EXCEEDED)
      return new CallError(`no answer to ${title} within ${this.#timeout / 1000} s`, true);
    return new CallError(details, code === UNAVAILABLE);
  }
}
