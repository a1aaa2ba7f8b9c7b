/**
 * JupyterLab with a notebook whose kernel is the project's own environment. It is no dependency of ours: JUPYTER_LAB names one
 * beside which anywidget is installed; `make` has one made for the nightly set.
 */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { answering, freePort, program, ROOT, running, withFolder } from "./processes";

const LAB = process.env["JUPYTER_LAB"] ?? join(ROOT, ".cache/jupyterlab/bin/jupyter-lab");
/** Why tests that need it are not run here, or null; where all is asked for they are run, and fail without it. */
export const WITHOUT_LAB =
  existsSync(LAB) || process.env["NIGHTLY"]
    ? null
    : `there is no ${LAB}: make .cache/jupyterlab/bin/jupyter-lab, or name one in JUPYTER_LAB`;

const cell = (source: string, place: number) => ({
  cell_type: "code",
  id: `cell-${place}`,
  source,
  metadata: {},
  outputs: [],
  execution_count: null,
});

const write = (path: string, value: unknown) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
};

/** A folder with a notebook of these cells; the address of a JupyterLab that shows it, as light or dark as the system. */
export async function withLab(cells: readonly string[], use: (url: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const [argv, display_name] = [
      [program("python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
      "Project",
    ];
    write(`${folder}/data/kernels/project/kernel.json`, { argv, display_name, language: "python" });
    write(`${folder}/settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings`, {
      "adaptive-theme": true,
    });
    const metadata = { kernelspec: { name: "project", display_name, language: "python" } };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata, cells: cells.map(cell) };
    write(`${folder}/notebooks/dashboards.ipynb`, notebook);
    symlinkSync(join(ROOT, ".cache"), `${folder}/notebooks/.cache`); // where the model is
    const port = await freePort();
    const given = [
      "--no-browser",
      "--allow-root",
      `--port=${port}`,
      "--IdentityProvider.token=",
      "--ServerApp.password=",
      `--ServerApp.root_dir=${folder}/notebooks`,
    ];
    const places = {
      JUPYTER_DATA_DIR: `${folder}/data`,
      JUPYTER_CONFIG_DIR: folder,
      JUPYTER_RUNTIME_DIR: folder,
      JUPYTERLAB_SETTINGS_DIR: `${folder}/settings`,
    };
    await running(LAB, given, places, async (lab) => {
      await answering(lab, `http://127.0.0.1:${port}/api`, 60);
      await use(`http://127.0.0.1:${port}/lab/tree/dashboards.ipynb`);
    });
  });
}
