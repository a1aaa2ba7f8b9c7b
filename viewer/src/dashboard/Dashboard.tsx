/** A dashboard of either kind, with what all of its parts need: a tooltip, a menu, its colours. */
import type { CSSProperties } from "react";
// what the viewer asks for later: here all is one script
import "../components/RecordMenu";
import "../components/SimulatedTexts";
import { MenuProvider } from "../components/Menu";
import { Boundary } from "../components/Pane";
import { TooltipProvider } from "../components/Tooltip";
import type { Colours } from "../shown";
import type { Asking } from "./asking";
import { Live } from "./Live";
import { Records } from "./Records";
import type { Source } from "./source";
import type { Themed } from "./themes";

type Props = { source: Source; themed: Themed; asking: Asking | null };

export function Dashboard({ source, themed, asking }: Props) {
  const { head } = source;
  return (
    <div className="dash-root" style={coloursOf(head.look.colours ?? null)}>
      <TooltipProvider>
        <MenuProvider>
          <div className="dash">
            <Boundary>
              {head.kind === "online" && head.online ? (
                <Live {...{ head, themed, asking }} online={head.online} />
              ) : (
                <Records {...{ source, themed }} />
              )}
            </Boundary>
          </div>
        </MenuProvider>
      </TooltipProvider>
    </div>
  );
}

/** As the styles know them, those of bars too; ours where nobody chose any. */
export function coloursOf(colours: Colours | null): CSSProperties {
  const [first, second] = colours ?? [];
  return {
    ...(first && { "--hot": first[0], "--cold": first[1], "--hot-bar": first[0], "--cold-bar": first[1] }),
    ...(second && { "--second-hot": second[0], "--second-cold": second[1] }),
  } as CSSProperties;
}
