/** A component whose code comes when it is first wanted, and is kept. */
import type { ComponentType, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export interface Lazy<Props> {
  (props: Props & { readonly fallback: (failed: boolean) => VNode | null }): VNode | null;
  /** Fetches the code ahead; a failure shows when the component is used. */
  load(): Promise<void>;
}

export function lazy<Props extends object>(fetchIt: () => Promise<ComponentType<Props>>): Lazy<Props> {
  let component: ComponentType<Props> | null = null;
  const load = async () => {
    component ??= await fetchIt();
  };
  const Late = (props: Props & { readonly fallback: (failed: boolean) => VNode | null }) => {
    const [failed, setFailed] = useState<boolean | null>(null);
    useEffect(() => {
      // Also when it has come since the first drawing: somebody else may have fetched it in between.
      load().then(
        () => setFailed(false),
        () => setFailed(true),
      );
    }, []);
    if (!component) return props.fallback(failed ?? false);
    const Component = component;
    return <Component {...props} />;
  };
  return Object.assign(Late, { load });
}
