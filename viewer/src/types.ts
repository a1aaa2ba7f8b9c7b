/** Generated from the server's OpenAPI description by `npm run types`; not written by hand. */

export interface paths {
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server runs */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/site.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this site offers */
        get: operations["getSiteJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The datasets, shortly */
        get: operations["getDatasetsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/dataset.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a dataset is and how it was made */
        get: operations["getDatasetJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/lists.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists of units that people put together */
        get: operations["getListsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/traces.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The traces that there are: what moved an output, prompt by prompt */
        get: operations["getAllTracesJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/traces/{trace}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which units at which tokens moved an output */
        get: operations["getTracesJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/puzzles.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Puzzles by name: made-up units with a known rule */
        get: operations["getPuzzlesJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/puzzle-results.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How models did on the puzzles */
        get: operations["getPuzzleResultsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/reports.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The runs of which there are reports */
        get: operations["getAllReportsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/reports/{run}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a run of explaining did and cost */
        get: operations["getReportsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/scores.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How good the explanations are, by layer and by explainer */
        get: operations["getScoresJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units/{layer}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All units of a layer, in columns */
        get: operations["getUnitsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/matches/{other}/{layer}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Units of another dataset that act most like a layer's units, over the same text */
        get: operations["getMatchesJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/collated-activations/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's activation records */
        get: operations["getCollatedActivationsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/explanations/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's explanations */
        get: operations["getExplanationsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/related-tokens/activation-based/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's tokens by mean activation */
        get: operations["getRelatedTokensActivationBasedJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/related-tokens/weight-based/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's tokens by weight */
        get: operations["getRelatedTokensWeightBasedJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/related-neurons/weight-based/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's related units by weight */
        get: operations["getRelatedNeuronsWeightBasedJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/related-neurons/activation-based/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's related units by activation */
        get: operations["getRelatedNeuronsActivationBasedJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/related-neurons/decoder-based/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's related units by decoder direction */
        get: operations["getRelatedNeuronsDecoderBasedJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/logits/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's logits */
        get: operations["getLogitsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/explanations/{layer}/{unit}.jsonl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A unit's explanations under the file's own name, in one line */
        get: operations["getExplanationsJsonl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Units in any order, a page at a time */
        get: operations["getUnits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All units of a selection, as a file */
        get: operations["getUnitsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All units of a selection, as a file */
        get: operations["getUnitsParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All units of a selection, as a file */
        get: operations["getAllUnitsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/columns.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The units' columns of numbers, and what each holds */
        get: operations["getColumnsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/columns/{column}.f64": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A column of all units, by layer and unit: 64-bit floats, lowest byte first; NaN where not known */
        get: operations["getColumnsF64"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Units side by side */
        get: operations["getCompare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Explanations and units' tokens that match */
        get: operations["getSearch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/annotations/{layer}/{unit}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people wrote about a unit */
        get: operations["getAnnotationsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/annotations.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that people wrote about a dataset */
        get: operations["getAllAnnotationsJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists that people keep on this site */
        get: operations["getLists"];
        put?: never;
        /** Keep a list */
        post: operations["postLists"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/lists/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One such list with its units */
        get: operations["getOneList"];
        /** Change one's own list */
        put: operations["putLists"];
        post?: never;
        /** Delete one's own list */
        delete: operations["deleteLists"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a live model is, and which units can be read */
        get: operations["getModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/traces/{trace}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A trace that is being made, or was; then with it */
        get: operations["getModelsTracesJson"];
        put?: never;
        post?: never;
        /** Cancel a trace */
        delete: operations["deleteModelsTracesJson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/explanation/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A layer's explanations, as Neuronpedia exports them */
        get: operations["getExplanationExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A score that is being made, or was lately */
        get: operations["getJobs"];
        put?: never;
        post?: never;
        /** Cancel a job */
        delete: operations["deleteJobs"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A job each time that it changes, until it has ended */
        get: operations["getJobsEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units/{layer}/{unit}/explanations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Explain a unit */
        post: operations["postUnitsExplanations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units/{layer}/{unit}/explanations/{explanation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change one's own explanation */
        put: operations["putUnitsExplanations"];
        post?: never;
        /** Delete one's own explanation */
        delete: operations["deleteUnitsExplanations"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units/{layer}/{unit}/votes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Vote on an explanation, once */
        post: operations["postUnitsVotes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{dataset}/units/{layer}/{unit}/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Score a text; a job */
        post: operations["postUnitsScore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/activations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Activations of some units on a text */
        post: operations["postModelsActivations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/top-units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The strongest units of each token, or of a text */
        post: operations["postModelsTopUnits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the model expects */
        post: operations["postModelsPredictions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/tokenize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The tokens of a text */
        post: operations["postModelsTokenize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the model says next */
        post: operations["postModelsGenerate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which units moved an output; a job */
        post: operations["postModelsTrace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{model}/traces/{trace}/kept/{dataset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Keep a live trace in a dataset, by an id of its words */
        put: operations["putModelsTracesKept"];
        post?: never;
        /** Take out what was kept so */
        delete: operations["deleteModelsTracesKept"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ActivationRecord
         * @description One sequence and one activation per token; joining ``tokens`` gives the text.
         *
         *     An empty token is a later part of the character that stands in the token before it.
         */
        ActivationRecord: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "ActivationRecord";
            tokens: string[];
            activations: number[];
            /** @default null */
            source?: components["schemas"]["TextSource"] | null;
            /** @default null */
            ignored?: number[] | null;
        };
        /**
         * Activations
         * @description The units that were asked for, in that order, each with the tokens of the text.
         */
        Activations: {
            tokens: string[];
            units: components["schemas"]["LiveUnit"][];
        };
        /**
         * Alternative
         * @description A token that the model might have put there.
         */
        Alternative: {
            token: string;
            logprob: number;
            logit: number;
        };
        /**
         * AnswerToken
         * @description One token of an answer, given the text and the tokens before it; rank 0 is the most likely token.
         */
        AnswerToken: {
            token: string;
            rank: number;
            logit: number;
            probability: number;
        };
        /**
         * Answered
         * @description An answer as what follows the text: rank and logit of its first token, probability of all of them together.
         */
        Answered: {
            answer: string;
            tokens: string[];
            rank: number;
            logit: number;
            probability: number;
            per_token: components["schemas"]["AnswerToken"][];
        };
        /**
         * AuthorCount
         * @description How many explanations by one author matched; ``author`` is None where the files name none.
         */
        AuthorCount: {
            author: string | null;
            count: number;
        };
        /**
         * Beaten
         * @description In how many units, of those where both have a score, an explainer scores more than a baseline.
         */
        Beaten: {
            baseline: string;
            wins: number;
            pairs: number;
        };
        /**
         * Card
         * @description What a live model is.
         */
        Card: {
            name: string;
            architecture: string;
            layers: number;
            d_model: number;
            vocabulary: number;
            max_tokens: number;
            dtype: string;
            device: string;
            parameters: number;
            memory_bytes: number;
            bos: string;
            chat: boolean;
            hooks: string[];
            sources: components["schemas"]["LiveSource"][];
            notes: string[];
            /** @default null */
            base?: string | null;
        };
        /**
         * ChangedList
         * @description A list as it shall be; ``version`` is the one that was changed, so that nobody's change is lost unseen.
         */
        ChangedList: {
            title: string;
            units: components["schemas"]["ListedUnit"][];
            version: number;
            /** @default null */
            note?: string | null;
        };
        /**
         * ComparedPair
         * @description Two of the units, by their places in the list.
         *
         *     ``token_overlap``: of the ``tokens_of_either``, those of highest mean activation of one or the other, the share that
         *     both have; ``tokens`` are those that both have. ``decoder_cosine`` of their directions and ``coactivation``, the
         *     correlation of their largest activations over sequences, where one is among the other's nearest.
         */
        ComparedPair: {
            first: number;
            second: number;
            token_overlap: components["schemas"]["Measured"];
            tokens: string[];
            tokens_of_either: number;
            decoder_cosine: components["schemas"]["Measured"];
            coactivation: components["schemas"]["Measured"];
        };
        /**
         * ComparedUnit
         * @description One of the units; ``record`` is the address of its record within the dataset, ``about`` its row of the tables.
         */
        ComparedUnit: {
            layer: number;
            unit: number;
            record: string;
            about: components["schemas"]["UnitRow"] | null;
        };
        /**
         * Comparison
         * @description What a page that shows units side by side needs besides their records.
         */
        Comparison: {
            units: components["schemas"]["ComparedUnit"][];
            pairs: components["schemas"]["ComparedPair"][];
        };
        /**
         * Completeness
         * @description Whether effects add up: ``predicted`` is their sum over all nodes of all layers, ``measured`` the metric's change
         *     when all are replaced at once. Layers overlap, so their sum need not be that; each layer's own should be.
         */
        Completeness: {
            predicted: number;
            measured: number | null;
            layers: components["schemas"]["LayerSum"][];
        };
        /**
         * ConnectedNeurons
         * @description Units named ``layer_unit`` with the strongest weights of either sign to or from one unit.
         */
        ConnectedNeurons: {
            top_positive_neurons: string[];
            top_positive_weights: number[];
            top_negative_neurons: string[];
            top_negative_weights: number[];
            /** @default null */
            top_positive_units?: components["schemas"]["UnitGlance"][] | null;
            /** @default null */
            top_negative_units?: components["schemas"]["UnitGlance"][] | null;
        };
        /**
         * CorpusInfo
         * @description The text, after cutting into sequences; ``tokens`` counts those that statistics count.
         */
        CorpusInfo: {
            name: string;
            sequences: number;
            sequence_length: number;
            tokens: number;
            /** @default null */
            hash?: string | null;
            /** @default null */
            documents?: number | null;
            /** @default null */
            duplicates_dropped?: number | null;
            /** @default null */
            tail_tokens_dropped?: number | null;
        };
        /**
         * Cost
         * @description What splicing costs on this text.
         *
         *     ``loss_recovered``: 1 where nothing is lost, 0 where it is no better than zeros in the SAEs' places:
         *     ``(zero - with) / (zero - without)``, None for the ``reason``.
         */
        Cost: {
            saes: components["schemas"]["SplicedSae"][];
            zero_loss: number | null;
            loss_recovered: number | null;
            reason: string | null;
        };
        /**
         * DatasetAnnotations
         * @description Everything that people wrote about a dataset; units that nobody wrote about are not there.
         */
        DatasetAnnotations: {
            dataset: string;
            units: components["schemas"]["UnitAnnotations"][];
        };
        /**
         * DatasetList
         * @description Every dataset that this server knows by name.
         */
        DatasetList: {
            datasets: components["schemas"]["DatasetSummary"][];
        };
        /**
         * DatasetSummary
         * @description One dataset in a list; ``source`` is its kind ("mlp", "sae", ...), ``layers`` and ``units`` are counts.
         *
         *     ``model`` is None where nobody recorded which one it is.
         */
        DatasetSummary: {
            name: string;
            title: string;
            model: string | null;
            source: string | null;
            layers: number | null;
            units: number | null;
        };
        /**
         * Description
         * @description What provenance says of a model, and what its cached answers are found by. Never a key.
         */
        Description: {
            name: string;
            /** @enum {unknown} */
            kind: "balanced" | "local" | "recorded" | "server";
            /** @enum {unknown} */
            prompt_form: "chat" | "text";
            /** @default null */
            context_tokens?: number | null;
            /** @default null */
            address?: string | null;
            /** @default null */
            hash?: string | null;
            /** @default null */
            dtype?: string | null;
            /** @default [] */
            members?: components["schemas"]["Description"][];
        };
        /**
         * Difference
         * @description With the changes against without them. ``kl`` of the distributions, without || with, in nats: per token of the
         *     text (None where nothing was expected), and of what follows.
         */
        Difference: {
            logprob: (number | null)[];
            kl: (number | null)[];
            next_kl: number;
            loss: number | null;
        };
        /**
         * Edge
         * @description ``effect`` on the metric, through the node numbered ``target``, of replacing the node numbered ``source`` by its
         *     baseline; both count from 0 in the list of nodes that the edges came with.
         */
        Edge: {
            source: number;
            target: number;
            effect: number;
        };
        /**
         * Expected
         * @description What the model expects to follow the text.
         */
        Expected: {
            entropy: number;
            top: components["schemas"]["Alternative"][];
        };
        /**
         * ExplainerScores
         * @description The correlation scores of an explainer; ``mean`` and its 95% ``interval`` are over the ``scored`` units.
         */
        ExplainerScores: {
            label: string;
            units: number;
            scored: number;
            mean: number | null;
            interval: [
                number,
                number
            ] | null;
            beaten: components["schemas"]["Beaten"][];
        };
        /**
         * FailedUnit
         * @description A unit to which an explainer gave no explanation, or fewer than asked for: one entry per explanation missing.
         */
        FailedUnit: {
            layer: number;
            unit: number;
            explainer: string;
            kind: string;
            reason: string;
        };
        /**
         * FileInfo
         * @description Size and digest of one stored file.
         */
        FileInfo: {
            bytes: number;
            sha256: string;
        };
        /**
         * Forecast
         * @description Predictions of a model in one state; ``loss`` is the mean of -logprob over the tokens that have one, in nats.
         */
        Forecast: {
            positions: components["schemas"]["Predicted"][];
            next: components["schemas"]["Expected"];
            answers: components["schemas"]["Answered"][];
            loss: number | null;
        };
        /**
         * Foretold
         * @description What the model says where the metric is read: ``position`` is the token after which that is, -1 the beginning.
         *
         *     ``targets``: the tokens that the metric is of; ``top``: the most probable ones.
         */
        Foretold: {
            position: number;
            targets: components["schemas"]["Guess"][];
            top: components["schemas"]["Guess"][];
        };
        /**
         * Generated
         * @description All that was generated by one run, and why it ended: the model ended its turn, a stop text, or no room.
         *
         *     Where the model ended its turn, the text may go on behind that of the steps: its end might have begun a stop text.
         */
        Generated: {
            /** @enum {unknown} */
            run: "with" | "without";
            text: string;
            tokens: string[];
            logprobs: number[];
            /** @enum {unknown} */
            reason: "context" | "end" | "max_tokens" | "stop";
        };
        /**
         * Generation
         * @description The runs, the first without changes; ``parts_at`` is the first token in which two runs differ.
         */
        Generation: {
            tokens: string[];
            runs: components["schemas"]["Generated"][];
            parts_at: number | null;
        };
        /**
         * GivenActivations
         * @description As the library's ask; ``dataset`` is one that the model fits, the first such unless it is given.
         */
        GivenActivations: {
            units: components["schemas"]["UnitPlace"][];
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
            interventions?: components["schemas"]["Intervention"][];
            /** @default null */
            splice?: components["schemas"]["Splice"] | null;
            /** @default null */
            dataset?: string | null;
        };
        /**
         * GivenExplanation
         * @description What a person writes about a unit.
         */
        GivenExplanation: {
            text: string;
            /** @default null */
            author?: string | null;
        };
        /**
         * GivenGeneration
         * @description As the library's ask; ``dataset`` as in GivenActivations. Without ``stream`` one object comes at the end.
         */
        GivenGeneration: {
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
            interventions?: components["schemas"]["Intervention"][];
            /** @default null */
            splice?: components["schemas"]["Splice"] | null;
            /** @default 64 */
            max_tokens?: number;
            /** @default 0 */
            temperature?: number;
            /** @default 0 */
            seed?: number;
            stop?: string[];
            /** @default null */
            dataset?: string | null;
            /** @default true */
            stream?: boolean;
        };
        /**
         * GivenList
         * @description A list as a person makes it.
         */
        GivenList: {
            title: string;
            units: components["schemas"]["ListedUnit"][];
            /** @default null */
            note?: string | null;
        };
        /**
         * GivenPredictions
         * @description As the library's ask; ``dataset`` as in GivenActivations.
         */
        GivenPredictions: {
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
            interventions?: components["schemas"]["Intervention"][];
            /** @default null */
            splice?: components["schemas"]["Splice"] | null;
            /** @default 10 */
            top_k?: number;
            answers?: string[];
            /**
             * @default instruct
             * @enum {unknown}
             */
            model?: "base" | "instruct";
            /** @default null */
            dataset?: string | null;
        };
        /**
         * GivenPrompt
         * @description A prompt to be cut into tokens; ``dataset`` as in GivenActivations.
         */
        GivenPrompt: {
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
            /** @default null */
            dataset?: string | null;
        };
        /**
         * GivenText
         * @description A text to score; ``seed`` draws the baseline and the intervals.
         *
         *     With ``sequences`` the result has what was simulated for each token.
         */
        GivenText: {
            text: string;
            /** @default 0 */
            seed?: number;
            /** @default false */
            sequences?: boolean;
        };
        /**
         * GivenTopUnits
         * @description As the library's ask; ``dataset`` as in GivenActivations.
         */
        GivenTopUnits: {
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
            interventions?: components["schemas"]["Intervention"][];
            /** @default null */
            splice?: components["schemas"]["Splice"] | null;
            /** @default 5 */
            k?: number;
            /** @default null */
            layers?: number[] | null;
            /**
             * @default token
             * @enum {unknown}
             */
            per?: "text" | "token";
            /**
             * @default activation
             * @enum {unknown}
             */
            by?: "activation" | "share";
            /** @default null */
            max_density?: number | null;
            /** @default null */
            min_activation?: number | null;
            /**
             * @default all
             * @enum {unknown}
             */
            among?: "all" | "explained" | "stored";
            /** @default null */
            source?: string | null;
            /** @default null */
            dataset?: string | null;
        };
        /**
         * GivenTrace
         * @description A prompt and a metric whose value is attributed; ``dataset`` as in GivenActivations.
         *
         *     ``metric``: "loss", "logit: Mary" or "difference: Mary, John". ``units``: "dataset" (the dataset's own), "mlp", or
         *     the name of an SAE of the model's card. ``baseline``, ``baseline_text``, ``method``, ``layers``, ``keep`` and
         *     ``steps`` are as of TraceOptions. ``verify`` nodes of the largest effects are measured one by one too, 0: none.
         *     ``edges`` among so many of the strongest nodes are followed, 0: none.
         *
         *     ``prompts`` stand in the place of the one prompt: the means of their effects, of each unit at each position or, with
         *     ``together`` "unit", over all positions; each may have a metric of its own. None of that is verified or followed.
         *
         *     :raises BadInput: a number beyond what is taken here, or one prompt and several.
         */
        GivenTrace: {
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
            /** @default null */
            dataset?: string | null;
            /** @default loss */
            metric?: string;
            /** @default null */
            prompts?: components["schemas"]["MetricPrompt"][] | null;
            /**
             * @default position
             * @enum {unknown}
             */
            together?: "position" | "unit";
            /** @default dataset */
            units?: string;
            /**
             * @default zero
             * @enum {unknown}
             */
            baseline?: "mean" | "text" | "zero";
            /** @default null */
            baseline_text?: string | null;
            /**
             * @default patching
             * @enum {unknown}
             */
            method?: "exact" | "integrated_gradients" | "patching";
            /** @default null */
            layers?: number[] | null;
            /** @default 1000 */
            keep?: number;
            /** @default 50 */
            verify?: number;
            /** @default 150 */
            edges?: number;
            /** @default 10 */
            steps?: number;
        };
        /**
         * GivenVote
         * @description A vote for (1) or against (-1) an explanation; 0 takes it back.
         *
         *     ``explanation`` is the id of a person's explanation, or the SHA-256 of the text of one of the dataset's own.
         */
        GivenVote: {
            explanation: string;
            /** @enum {unknown} */
            value: -1 | 0 | 1;
        };
        /**
         * GroupCount
         * @description One group's denominator: of ``sequences`` it could choose from, ``fired`` ones fired, ``kept`` are shown.
         */
        GroupCount: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "GroupCount";
            group: string;
            sequences: number;
            fired: number;
            kept: number;
            /** @default null */
            note?: string | null;
        };
        /**
         * Guess
         * @description A token as what follows, or as what stands in the place of the last one.
         */
        Guess: {
            id: number;
            token: string;
            rank: number;
            logit: number | null;
            probability: number;
        };
        /**
         * Health
         * @description Answers while the server runs; ``version`` is Neuronscope's.
         */
        Health: {
            /** @enum {unknown} */
            status: "ok";
            version: string;
        };
        /**
         * Histogram
         * @description Counts of tokens per bin of equal width; bin i covers ``[lowest + i * width, lowest + (i + 1) * width)``.
         *
         *     The range is symmetric about 0 and a power of two, so that partial histograms merge exactly.
         */
        Histogram: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "Histogram";
            lowest: number;
            width: number;
            counts: number[];
        };
        /**
         * Intervention
         * @description What is done to one unit while the model runs.
         *
         *     * ``add``: ``value`` is added to the activation; of a direction, ``value`` times the direction to the stream.
         *     * ``set``: the activation becomes ``value``. ``scale``: it is multiplied by ``value``.
         *     * ``ablate``: it becomes 0, or with the value "mean" the unit's mean over the dataset.
         *
         *     ``positions``: tokens of the text, counted from 0; None: all of them, and those that are generated. Never BOS.
         *
         *     :raises BadInput: a value that is missing, not finite or too large, or negative positions.
         */
        Intervention: {
            layer: number;
            unit: number;
            /** @enum {unknown} */
            op: "ablate" | "add" | "scale" | "set";
            /** @default null */
            value?: number | ("mean" | "zero") | null;
            /** @default null */
            positions?: number[] | null;
            /** @default null */
            source?: string | null;
        };
        /**
         * Job
         * @description A score that is being made, or was lately. ``result`` comes with "done", ``detail`` says why there is none.
         *
         *     The sequences of a result are kept for the latest jobs only; ``detail`` says so once they are gone.
         */
        Job: {
            id: string;
            asked: components["schemas"]["ScoreAsked"];
            /** @enum {unknown} */
            state: "cancelled" | "done" | "failed" | "queued" | "running";
            progress: components["schemas"]["JobProgress"];
            result: components["schemas"]["ScoredText"] | null;
            detail: string | null;
        };
        /**
         * JobProgress
         * @description Steps of a job; ``total`` is None until it is known.
         */
        JobProgress: {
            done: number;
            total: number | null;
        };
        /**
         * JobStarted
         * @description What was begun: ``job`` is its name below api/jobs.
         */
        JobStarted: {
            job: string;
        };
        /**
         * KeptList
         * @description One such list with its units; ``version`` counts its changes, and who changes it names the one that he saw.
         */
        KeptList: {
            id: string;
            title: string;
            note: string | null;
            units: components["schemas"]["ListedUnit"][];
            created: string;
            edited: string | null;
            version: number;
            own: boolean;
        };
        /**
         * LayerInfo
         * @description One layer; ``unit_ids`` only when they are not 0 to ``units`` - 1.
         */
        LayerInfo: {
            index: number;
            units: number;
            /** @default null */
            unit_ids?: number[] | null;
        };
        /**
         * LayerMatches
         * @description The units of another dataset that act most like the units of one layer, over the text that both were made of.
         *
         *     ``matches`` has a list for each of ``unit``, most alike first; that of a unit that never changes is empty.
         */
        LayerMatches: {
            layer: number;
            other: string;
            tokens: number;
            unit: number[];
            matches: components["schemas"]["UnitMatch"][][];
        };
        /**
         * LayerScores
         * @description The best scores of a layer's units, as its table has them.
         *
         *     ``counts`` are of bins of equal width from -1 to 1. ``above_zero`` of the ``intervals`` that there are lie above 0.
         */
        LayerScores: {
            layer: number;
            units: number;
            explained: number;
            scored: number;
            mean: number | null;
            quartiles: [
                number,
                number,
                number
            ] | null;
            counts: number[];
            intervals: number;
            above_zero: number;
        };
        /**
         * LayerSum
         * @description All nodes of one source's layer: the sum of their effects, and of the sizes of those; and what really happens
         *     when every one of them is replaced.
         */
        LayerSum: {
            source: string;
            layer: number;
            nodes: number;
            effect: number;
            size: number;
            error_effect: number;
            error_size: number;
            measured: number | null;
            tokens: number[];
        };
        /**
         * ListSummary
         * @description One list that a person keeps here, as one reader sees it.
         *
         *     ``units`` is how many it has. ``own``: this reader made it. ``holds``: whether a unit that was asked about is in it.
         */
        ListSummary: {
            id: string;
            title: string;
            note: string | null;
            units: number;
            created: string;
            edited: string | null;
            version: number;
            own: boolean;
            holds: boolean | null;
        };
        /**
         * ListedUnit
         * @description One unit of a list, with what a person wrote about it.
         */
        ListedUnit: {
            layer: number;
            unit: number;
            /** @default null */
            label?: string | null;
            /** @default null */
            description?: string | null;
        };
        /**
         * Lists
         * @description The lists of a dataset (lists.json).
         */
        Lists: {
            lists: components["schemas"]["UnitList"][];
        };
        /**
         * LiveSource
         * @description Units that can be read: the dataset's own, or a registered SAE; ``splices``: it can be put into the model.
         */
        LiveSource: {
            name: string | null;
            kind: string;
            title: string;
            hook: string;
            units: {
                [key: string]: number;
            };
            splices: boolean;
        };
        /**
         * LiveUnit
         * @description One unit on the text; ``max``, to which its colour scale goes, is the stored maximum; None: there is none.
         */
        LiveUnit: {
            layer: number;
            unit: number;
            source: string | null;
            record: components["schemas"]["ActivationRecord"];
            max: number | null;
            explanation: string | null;
            score: number | null;
        };
        /**
         * LogitTable
         * @description Tokens that a unit makes more (``top``) and less (``bottom``) likely, and the moments over the vocabulary.
         */
        LogitTable: {
            top: components["schemas"]["TokensAndWeights"];
            bottom: components["schemas"]["TokensAndWeights"];
            /** @default null */
            mean?: number | null;
            /** @default null */
            variance?: number | null;
            /** @default null */
            skewness?: number | null;
            /** @default null */
            kurtosis?: number | null;
            /** @default null */
            folded?: boolean | null;
            /** @default null */
            tokens?: number | null;
            /** @default null */
            histogram?: components["schemas"]["Histogram"] | null;
        };
        /**
         * Manifest
         * @description ``schema_version`` is None where there was no dataset.json and the manifest was put together by looking.
         */
        Manifest: {
            name: string;
            title: string;
            model: components["schemas"]["ModelInfo"];
            source: components["schemas"]["SourceInfo"];
            layers: components["schemas"]["LayerInfo"][];
            /** @default null */
            schema_version?: number | null;
            /** @default null */
            corpus?: components["schemas"]["CorpusInfo"] | null;
            /** @default null */
            sampling?: components["schemas"]["SamplingInfo"] | null;
            /** @default null */
            run?: components["schemas"]["RunInfo"] | null;
            artefacts?: string[];
            /** @default null */
            created?: string | null;
            notes?: string[];
            /** @default null */
            neuronpedia?: components["schemas"]["NeuronpediaIds"] | null;
            files?: {
                [key: string]: components["schemas"]["FileInfo"];
            };
        };
        /**
         * MeanNode
         * @description A node over several texts: ``effect`` is the mean over all of them, ``texts`` in how many it is a node.
         *
         *     ``position`` None: its effects at all positions of a text are added up.
         */
        MeanNode: {
            source: string;
            layer: number;
            module: string;
            unit: number | null;
            /** @enum {unknown} */
            kind: "embedding" | "error" | "unit";
            position: number | null;
            effect: number;
            texts: number;
        };
        /**
         * Measured
         * @description A number, or why there is none; ``at_most``: what it cannot be above, where lists of the nearest show that.
         */
        Measured: {
            value: number | null;
            /** @default null */
            reason?: string | null;
            /** @default null */
            at_most?: number | null;
        };
        /**
         * Message
         * @description One turn of a conversation.
         */
        Message: {
            /** @enum {unknown} */
            role: "assistant" | "system" | "user";
            content: string;
        };
        /**
         * MetricPrompt
         * @description One of several prompts; ``metric`` None: that of all of them.
         */
        MetricPrompt: {
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
            /** @default null */
            metric?: string | null;
        };
        /**
         * ModelInfo
         * @description The subject model; ``layers`` and ``units_per_layer`` are the model's own, not what was collated.
         */
        ModelInfo: {
            name: string;
            /** @default null */
            architecture?: string | null;
            /** @default null */
            layers?: number | null;
            /** @default null */
            units_per_layer?: number | null;
            /** @default null */
            hash?: string | null;
        };
        /**
         * Neighbour
         * @description One related unit; ``value`` is the measure's, such as a correlation or a cosine.
         */
        Neighbour: {
            layer: number;
            unit: number;
            value: number | null;
            measure: string;
            /** @default null */
            about?: components["schemas"]["UnitGlance"] | null;
        };
        /**
         * Neighbours
         * @description The units most like one unit, most alike first.
         */
        Neighbours: {
            neighbours: components["schemas"]["Neighbour"][];
        };
        /**
         * NeuronId
         * @description Which unit, whatever its kind (MLP neuron, SAE latent, direction); both indices count from 0.
         */
        NeuronId: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "NeuronId";
            layer_index: number;
            neuron_index: number;
        };
        /**
         * NeuronRecord
         * @description What one unit responds to: sequences by group, and moments over all tokens (population; kurtosis not excess).
         */
        NeuronRecord: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "NeuronRecord";
            neuron_id: components["schemas"]["NeuronId"];
            random_sample?: components["schemas"]["ActivationRecord"][];
            /** @default null */
            random_sample_by_quantile?: components["schemas"]["ActivationRecord"][][] | null;
            /** @default null */
            quantile_boundaries?: number[] | null;
            /** @default null */
            mean?: number | null;
            /** @default null */
            variance?: number | null;
            /** @default null */
            skewness?: number | null;
            /** @default null */
            kurtosis?: number | null;
            most_positive_activation_records?: components["schemas"]["ActivationRecord"][];
            /** @default null */
            most_negative_activation_records?: components["schemas"]["ActivationRecord"][] | null;
            /** @default null */
            statistics?: components["schemas"]["Statistics"] | null;
        };
        /**
         * NeuronSimulationResults
         * @description All explanations of one unit.
         */
        NeuronSimulationResults: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "NeuronSimulationResults";
            neuron_id: components["schemas"]["NeuronId"];
            scored_explanations: components["schemas"]["ScoredExplanation"][];
        };
        /**
         * NeuronpediaExplanation
         * @description One object, with the names of the format; ``layer`` is "6" or "6-res-jb".
         */
        NeuronpediaExplanation: {
            modelId: string | null;
            layer: string | number;
            index: string | number;
            description: string | null;
            /** @default null */
            explanationModelName?: string | null;
            /** @default null */
            typeName?: string | null;
        };
        /**
         * NeuronpediaIds
         * @description The names of a dataset's model and of its layers' units on Neuronpedia.
         */
        NeuronpediaIds: {
            model: string;
            sources: components["schemas"]["NeuronpediaSource"][];
        };
        /**
         * NeuronpediaSource
         * @description What Neuronpedia calls the units of one layer, such as "6-res-jb".
         */
        NeuronpediaSource: {
            layer: number;
            id: string;
        };
        /**
         * Node
         * @description One unit at one token, or what an SAE leaves out there.
         *
         *     ``source``: the kind of units it is of, such as mlp, resid or sae. ``effect`` is that on the metric of replacing the
         *     activation by its ``baseline``: below 0 the node as it is raises the metric, above 0 it lowers it. Of an error node
         *     ``activation`` is the norm of the error, and ``unit`` is None.
         */
        Node: {
            source: string;
            layer: number;
            module: string;
            unit: number | null;
            /** @enum {unknown} */
            kind: "embedding" | "error" | "unit";
            position: number;
            token: string;
            activation: number;
            baseline: number;
            gradient: number | null;
            effect: number;
        };
        /**
         * PeoplesLists
         * @description The lists that people keep here of a dataset's units, oldest first; the dataset's own are in its lists.json.
         */
        PeoplesLists: {
            lists: components["schemas"]["ListSummary"][];
        };
        /**
         * Picked
         * @description How often the true explanation came first, alone, among ``ranked`` puzzles; ``value`` is the share.
         *
         *     ``interval`` is the 95% interval of Wilson (1927); ``chance`` what picking blindly would give.
         */
        Picked: {
            first: number;
            ranked: number;
            value: number | null;
            interval: [
                number,
                number
            ] | null;
            chance: number | null;
        };
        /**
         * Predicted
         * @description One token of the text and what the model expected in its place, from the tokens before it.
         *
         *     Nothing was expected of the first token where no BOS stands before it: its numbers are None.
         */
        Predicted: {
            token: string;
            logprob: number | null;
            rank: number | null;
            entropy: number | null;
            top: components["schemas"]["Alternative"][];
        };
        /**
         * Predictions
         * @description The model as it is and, where anything is changed, as it is then.
         */
        Predictions: {
            tokens: string[];
            bos: boolean;
            positions: components["schemas"]["Predicted"][];
            next: components["schemas"]["Expected"];
            answers: components["schemas"]["Answered"][];
            loss: number | null;
            /** @default null */
            changed?: components["schemas"]["Forecast"] | null;
            /** @default null */
            difference?: components["schemas"]["Difference"] | null;
            /** @default null */
            splice?: components["schemas"]["Cost"] | null;
        };
        /**
         * Problem
         * @description Every error; ``detail`` is a sentence a person can act on.
         */
        Problem: {
            title: string;
            status: number;
            detail: string;
            /** @default about:blank */
            type?: string;
        };
        /**
         * Prompt
         * @description A text or messages, one of the two.
         *
         *     ``text`` with ``<eot>`` in it is a conversation, the user first; an even number of turns makes the last one the
         *     beginning of the assistant's. With ``plain`` those characters are text as any other.
         *
         *     ``template``: arguments of the tokenizer's chat template, ``enable_thinking`` and the like. ``bos``: whether BOS
         *     goes first; None: as the dataset was collated or, without one, as the tokenizer does it.
         */
        Prompt: {
            /** @default null */
            text?: string | null;
            /** @default null */
            messages?: components["schemas"]["Message"][] | null;
            /** @default null */
            template?: Record<string, never> | null;
            /** @default null */
            bos?: boolean | null;
            /** @default false */
            plain?: boolean;
        };
        /**
         * PromptsReport
         * @description Several prompts traced together, as it is told: ``nodes`` are the strongest by the mean of their effects, of
         *     ``total`` in all. ``per``: a unit at each position is a node, or its effects at all positions are added up.
         */
        PromptsReport: {
            model: string;
            /** @enum {unknown} */
            per: "position" | "unit";
            options: components["schemas"]["TraceOptions"];
            prompts: components["schemas"]["TracedPrompt"][];
            nodes: components["schemas"]["MeanNode"][];
            total: number;
        };
        /**
         * Provenance
         * @description How one explanation and its scores came about: enough to make them again, and to doubt them.
         */
        Provenance: {
            explainer: string;
            /** @default null */
            model?: string | null;
            /** @default null */
            simulator?: string | null;
            /** @default null */
            simulator_model?: string | null;
            /** @default null */
            calibration?: string | null;
            /** @default null */
            not_calibrated?: string | null;
            prompts?: {
                [key: string]: string;
            };
            options?: {
                [key: string]: boolean | number | string | string[] | null;
            };
            notes?: string[];
            failures?: {
                [key: string]: number;
            };
            /** @default null */
            shuffled_from?: components["schemas"]["NeuronId"] | null;
            /** @default null */
            split?: string | null;
            /** @default null */
            run?: string | null;
            /** @default null */
            created?: string | null;
            /** @default null */
            version?: string | null;
        };
        /**
         * PuzzleAnswer
         * @description What a model made of one puzzle.
         *
         *     ``rank`` is that of the true explanation among the ``candidates`` that the puzzle has, 1 the best; equal ones share
         *     their mean rank. None, with the ``reason``, where it has no score. ``detection_rank`` is the same by detection.
         */
        PuzzleAnswer: {
            name: string;
            rank: number | null;
            candidates: number;
            reason: string | null;
            scored: components["schemas"]["PuzzleCandidate"][];
            /** @default null */
            detection_rank?: number | null;
            /** @default null */
            detected_by?: ("auc" | "balanced_accuracy") | null;
        };
        /**
         * PuzzleCandidate
         * @description One explanation as a model scored it; ``origin`` is "true", "false" or the name of the explainer that made it.
         */
        PuzzleCandidate: {
            explanation: string;
            origin: string;
            correlation: components["schemas"]["Score"];
            /** @default null */
            detection?: components["schemas"]["Score"] | null;
        };
        /**
         * PuzzleResults
         * @description How models did on the puzzles of a dataset (puzzle-results.json).
         */
        PuzzleResults: {
            runs: components["schemas"]["PuzzleRun"][];
        };
        /**
         * PuzzleRun
         * @description A model put to puzzles: who simulated, and how that went.
         */
        PuzzleRun: {
            models: string[];
            simulator: string;
            seed: number;
            version: string;
            created: string | null;
            picked: components["schemas"]["Picked"];
            mean_rank: number | null;
            puzzles: components["schemas"]["PuzzleAnswer"][];
            /** @default null */
            picked_by_detection?: components["schemas"]["Picked"] | null;
        };
        /**
         * RelatedNeurons
         * @description Units upstream (``c_fc``; None in the first layer) and downstream (``c_proj``; None in the last). Untagged.
         */
        RelatedNeurons: {
            c_fc: components["schemas"]["ConnectedNeurons"] | null;
            c_proj: components["schemas"]["ConnectedNeurons"] | null;
            /** @default null */
            c_fc_up?: components["schemas"]["ConnectedNeurons"] | null;
            /** @default null */
            c_proj_up?: components["schemas"]["ConnectedNeurons"] | null;
            /** @default null */
            folded?: boolean | null;
        };
        /**
         * Reports
         * @description The runs of which a dataset has reports, the oldest first; of very many the latest, of ``total``.
         */
        Reports: {
            runs: components["schemas"]["RunGlance"][];
            total: number;
        };
        /**
         * RunGlance
         * @description A run of explaining in a list; ``failed`` are units that lack an explanation that was asked for.
         */
        RunGlance: {
            run: string;
            created: string;
            models: string[];
            units: number;
            explained: number;
            scored: number;
            failed: number;
            prompt_tokens: number;
            completion_tokens: number;
            cost: number | null;
            seconds: number;
        };
        /**
         * RunInfo
         * @description What the numbers depend on besides model and text.
         */
        RunInfo: {
            dtype: string;
            device: string;
            batch_size: number;
            versions?: {
                [key: string]: string;
            };
            /** @default null */
            threads?: number | null;
        };
        /**
         * RunModel
         * @description A language model of the run, and the jobs that it had.
         */
        RunModel: {
            jobs: ("explain" | "simulate")[];
            description: components["schemas"]["Description"];
        };
        /**
         * RunReport
         * @description What a run did and what it cost.
         *
         *     ``requests`` were put to models (repeats of one request after a passing failure are ``retries``, not requests);
         *     ``cached`` were answered from the cache on disk or the journal instead. Tokens are sums over the answers that said
         *     them; ``uncounted`` answers did not. ``failures`` counts answers that could not be used by kind, those of tries that
         *     another server made good among them. ``seconds`` is the time that the run worked, all its resumed parts together.
         */
        RunReport: {
            run: string;
            created: string;
            version: string;
            seconds: number;
            options: {
                [key: string]: boolean | number | string | string[] | null;
            };
            units: number;
            explained: number;
            scored: number;
            requests: number;
            retries: number;
            cached: number;
            prompt_tokens: number;
            completion_tokens: number;
            uncounted: number;
            cost: number | null;
            failures?: {
                [key: string]: number;
            };
            failed_units?: components["schemas"]["FailedUnit"][];
            models?: components["schemas"]["RunModel"][];
            notes?: string[];
            reasons?: {
                [key: string]: {
                    [key: string]: number;
                };
            };
        };
        /**
         * SamplingInfo
         * @description How many records of each group were asked for.
         */
        SamplingInfo: {
            top: number;
            negative: number;
            random: number;
            per_quantile: number;
            quantiles: number[];
            seed: number;
        };
        /**
         * Score
         * @description One score of one explanation, with what it was computed over.
         *
         *     ``interval`` is a 95% interval for the value that more sequences of the same kind would give.
         */
        Score: {
            value: number | null;
            interval: [
                number,
                number
            ] | null;
            reason: string | null;
            sequences: number;
            tokens: number | null;
            unparsed: number;
            reliable: boolean;
            /** @default null */
            note?: string | null;
            /** @default null */
            interval_method?: string | null;
            /** @default 0 */
            ignored?: number;
            /** @default null */
            answers?: number | null;
            /** @default null */
            model?: string | null;
            /** @default null */
            prompt_hash?: string | null;
        };
        /**
         * ScoreAsked
         * @description What a job was asked to score.
         */
        ScoreAsked: {
            dataset: string;
            layer: number;
            unit: number;
            text: string;
            seed: number;
            /** @default false */
            sequences?: boolean;
        };
        /**
         * ScoredExplanation
         * @description One explanation in words; ``scored_simulation`` is None when it was never simulated.
         */
        ScoredExplanation: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "ScoredExplanation";
            explanation: string;
            /** @default null */
            scored_simulation?: components["schemas"]["ScoredSimulation"] | null;
            /** @default null */
            author?: string | null;
            /** @default null */
            scores?: {
                [key: string]: components["schemas"]["Score"];
            } | null;
            /** @default null */
            baselines?: {
                [key: string]: {
                    [key: string]: components["schemas"]["Score"];
                };
            } | null;
            /** @default null */
            provenance?: components["schemas"]["Provenance"] | null;
        };
        /**
         * ScoredSequenceSimulation
         * @description One simulated sequence beside the true activations; scores are None where undefined.
         */
        ScoredSequenceSimulation: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "ScoredSequenceSimulation";
            simulation: components["schemas"]["SequenceSimulation"];
            true_activations: number[];
            /** @default null */
            ev_correlation_score?: number | null;
            /** @default null */
            rsquared_score?: number | null;
            /** @default null */
            absolute_dev_explained_score?: number | null;
            /** @default null */
            group?: ("random" | "top") | null;
            /** @default null */
            ignored?: number[] | null;
        };
        /**
         * ScoredSimulation
         * @description All simulated sequences of one explanation, and the scores over their tokens together.
         */
        ScoredSimulation: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "ScoredSimulation";
            scored_sequence_simulations: components["schemas"]["ScoredSequenceSimulation"][];
            /** @default null */
            ev_correlation_score?: number | null;
            /** @default null */
            rsquared_score?: number | null;
            /** @default null */
            absolute_dev_explained_score?: number | null;
        };
        /**
         * ScoredText
         * @description A person's text as an explanation of a unit, and how well it does; an answer to who asked, in no file.
         */
        ScoredText: {
            unit: components["schemas"]["NeuronId"];
            text: string;
            scores: {
                [key: string]: components["schemas"]["Score"];
            };
            baselines: {
                [key: string]: {
                    [key: string]: components["schemas"]["Score"];
                };
            };
            provenance: components["schemas"]["Provenance"];
            /** @default null */
            sequences?: components["schemas"]["ScoredSequenceSimulation"][] | null;
        };
        /**
         * Scores
         * @description How good a dataset's explanations are now; ``explainers`` are None, for the ``reason``, where that takes long.
         */
        Scores: {
            layers: components["schemas"]["LayerScores"][];
            explainers: components["schemas"]["ExplainerScores"][] | null;
            reason: string | null;
        };
        /**
         * SearchAnswer
         * @description One page. All counts are exact, are of all pages together, and of one state of the index, ``snapshot``.
         *
         *     ``by_author`` lists the authors with the most matches; ``by_others`` counts the explanations of those not listed.
         *     ``cursor`` asks for the next page; None after the last.
         */
        SearchAnswer: {
            total: number;
            explanations: number;
            tokens: number;
            by_author: components["schemas"]["AuthorCount"][];
            by_others: number;
            hits: components["schemas"]["SearchHit"][];
            snapshot: string;
            cursor: string | null;
        };
        /**
         * SearchHit
         * @description One explanation that matched or, with ``matched`` "tokens", a unit whose tokens did.
         *
         *     ``number`` is the explanation's place in the unit's file; None for a unit's tokens, whose ``explanation`` and
         *     ``score`` are those of the table of units, and for what people wrote. ``rank`` is the bm25 of the words that stand
         *     there as they were asked for; None where a fragment was found inside a word, and where hits are sorted otherwise.
         */
        SearchHit: {
            layer: number;
            unit: number;
            /** @enum {unknown} */
            matched: "explanations" | "tokens";
            number: number | null;
            explanation: string | null;
            author: string | null;
            score: number | null;
            max: number | null;
            rank: number | null;
            snippet: components["schemas"]["Snippet"];
        };
        /**
         * SequenceSimulation
         * @description What a simulator expects each token's activation to be, on the scale it names.
         */
        SequenceSimulation: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "SequenceSimulation";
            tokens: string[];
            expected_activations: (number | null)[];
            /** @enum {unknown} */
            activation_scale: "neuron_activations" | "simulated_normalized_activations";
            distribution_values: number[][];
            distribution_probabilities: number[][];
            /** @default null */
            uncalibrated_simulation?: components["schemas"]["SequenceSimulation"] | null;
        };
        /**
         * Site
         * @description What this site offers: its datasets and what else it can do.
         *
         *     ``writing``: people's explanations, votes and lists are kept. ``scoring``: a text can be scored, once its model is
         *     ready.
         *     ``token``: both ask for the header ``Authorization: Bearer ...``.
         *     ``suggest``: of a static site, where a better explanation can be sent: an address with {dataset}, {layer}, {unit}
         *     and {url} in it.
         */
        Site: {
            title: string;
            datasets: components["schemas"]["SiteDataset"][];
            models: components["schemas"]["SiteModel"][];
            search: boolean;
            writing: boolean;
            /** @default false */
            scoring?: boolean;
            /** @default false */
            token?: boolean;
            /** @default null */
            suggest?: string | null;
        };
        /**
         * SiteDataset
         * @description One dataset as the viewer meets it: where its files are, and which parts it has.
         *
         *     ``status`` is "opening" only for datasets on another machine. With "failed", ``detail`` says why, in a sentence; one
         *     on another machine is tried again by and by, and stays "failed" until that has an answer.
         */
        SiteDataset: {
            name: string;
            title: string;
            model: string | null;
            source: string | null;
            layers: number | null;
            units: number | null;
            root: string;
            parts: string[];
            packed: boolean;
            /** @enum {unknown} */
            status: "failed" | "opening" | "ready";
            detail: string | null;
            /** @default null */
            search?: ("building" | "failed" | "ready") | null;
            /** @default false */
            keeps_traces?: boolean;
            /** @default false */
            meaning?: boolean;
            /** @default null */
            search_detail?: string | null;
            places?: {
                [key: string]: string;
            };
            layers_with?: {
                [key: string]: number[];
            };
        };
        /**
         * SiteModel
         * @description A language model that this site runs or asks, and what for; with "failed", ``detail`` says why.
         *
         *     One for live text is below api/models/ under its name; ``datasets`` are those that it fits, and ``refused`` says of
         *     each other one why it does not.
         */
        SiteModel: {
            name: string;
            /** @enum {unknown} */
            use: "live" | "scoring";
            /** @enum {unknown} */
            status: "failed" | "loading" | "ready";
            detail: string | null;
            datasets?: string[];
            refused?: {
                [key: string]: string;
            };
        };
        /**
         * Snippet
         * @description A piece of what was searched, as plain text; ``ranges`` are [start, end) of what matched, in characters of it.
         */
        Snippet: {
            text: string;
            ranges: [
                number,
                number
            ][];
        };
        /**
         * SourceInfo
         * @description The kind of unit, where it is read, and how the first position is treated.
         */
        SourceInfo: {
            kind: string;
            /** @default null */
            hook?: string | null;
            /** @default null */
            bos?: string | null;
            /** @default null */
            density_definition?: string | null;
            /** @default null */
            hash?: string | null;
        };
        /**
         * Splice
         * @description SAEs put into the model: what they make of what they read takes its place, or that and their error beside it.
         */
        Splice: {
            saes: string[];
            /**
             * @default reconstruct
             * @enum {unknown}
             */
            mode?: "reconstruct" | "reconstruct+error";
        };
        /**
         * SplicedSae
         * @description What an SAE leaves out: per token of the text the norm of its error, and of what it read; None: not spliced.
         */
        SplicedSae: {
            sae: string;
            hook: string;
            error_norm: (number | null)[];
            norm: (number | null)[];
            latents: (number | null)[];
        };
        /**
         * Statistics
         * @description One unit over every counted token of the corpus (ignored positions are not counted).
         */
        Statistics: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "Statistics";
            tokens: number;
            sequences: number;
            sequences_fired: number;
            sequences_fired_negative: number;
            dead: boolean;
            min: number | null;
            max: number | null;
            density: number | null;
            density_threshold: number | null;
            density_definition: string;
            /** @default null */
            histogram?: components["schemas"]["Histogram"] | null;
            groups?: components["schemas"]["GroupCount"][];
        };
        /**
         * Step
         * @description One generated token; ``text`` is what can be read now, "" while a character is not whole.
         */
        Step: {
            /** @enum {unknown} */
            run: "with" | "without";
            index: number;
            token: string;
            text: string;
            logprob: number;
        };
        /**
         * StoredPuzzle
         * @description A made-up unit with a known rule: sentences, the explanation that made their activations, and wrong ones.
         */
        StoredPuzzle: {
            explanation: string;
            sentences: (string | (string | number)[])[][];
            false_explanations: string[];
            /** @default null */
            name?: string | null;
        };
        /**
         * StoredTrace
         * @description ``traces/{id}.json`` of a dataset: a trace with what it was asked by.
         *
         *     ``prompt`` is what lists show: the text, in which ``<eot>`` separates turns. ``asked`` stands where that is not all:
         *     messages, arguments of the chat template, or BOS as it was wanted. ``units``: whose, as a live model was asked.
         */
        StoredTrace: {
            id: string;
            created: string;
            prompt: string;
            report: components["schemas"]["TraceReport"];
            /** @default null */
            asked?: components["schemas"]["Prompt"] | null;
            /** @default null */
            units?: string | null;
        };
        /**
         * StrongUnit
         * @description A unit among the strongest; ``position`` is the token where it is, ``share`` is of the stored maximum.
         */
        StrongUnit: {
            layer: number;
            unit: number;
            position: number;
            activation: number;
            share: number | null;
            max: number | null;
            density: number | null;
            explanation: string | null;
            explanations: number | null;
            score: number | null;
        };
        /**
         * TextSource
         * @description Where a sequence came from: the document's number in the corpus, and the sequence's first token in it.
         */
        TextSource: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "TextSource";
            document: number;
            offset: number;
        };
        /**
         * TokenLookupTableSummaryOfNeuron
         * @description Tokens with the highest mean activation of the unit, highest first.
         */
        TokenLookupTableSummaryOfNeuron: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "TokenLookupTableSummaryOfNeuron";
            tokens: string[];
            average_activations: (number | null)[];
            /** @default null */
            counts?: number[] | null;
            /** @default null */
            minimum_count?: number | null;
        };
        /**
         * Tokenised
         * @description The prompt as the model reads it; ``ids`` without BOS, which ``bos`` says; ``ignored`` tokens nothing counts.
         */
        Tokenised: {
            tokens: string[];
            ids: number[];
            bos: boolean;
            ignored: number[] | null;
        };
        /**
         * TokensAndWeights
         * @description Tokens, strongest first, and the strength of each; a strength that is undefined is None.
         */
        TokensAndWeights: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "TokensAndWeights";
            tokens: string[];
            strengths: (number | null)[];
        };
        /**
         * TopUnits
         * @description Strongest first: a list per token, empty for tokens that nothing counts; or, per text, one list.
         */
        TopUnits: {
            tokens: string[];
            ignored: number[] | null;
            /** @enum {unknown} */
            per: "text" | "token";
            source: string | null;
            positions: components["schemas"]["StrongUnit"][][];
        };
        /**
         * TraceEntries
         * @description ``traces.json`` of a dataset: the traces that it has.
         */
        TraceEntries: {
            traces: components["schemas"]["TraceEntry"][];
        };
        /**
         * TraceEntry
         * @description A stored trace as it is told among others.
         */
        TraceEntry: {
            id: string;
            created: string;
            prompt: string;
            model: string;
            metric: string;
        };
        /**
         * TraceJob
         * @description A trace that is being made, or was; its id cannot be guessed, and whoever knows it may look.
         *
         *     ``result`` is there with "done", of several prompts ``together``; with "failed" and "cancelled" ``detail`` says why
         *     there is none.
         */
        TraceJob: {
            id: string;
            /** @enum {unknown} */
            state: "cancelled" | "done" | "failed" | "queued" | "running";
            progress: components["schemas"]["TraceProgress"];
            result: components["schemas"]["StoredTrace"] | null;
            detail: string | null;
            /** @default null */
            together?: components["schemas"]["PromptsReport"] | null;
        };
        /**
         * TraceOptions
         * @description How nodes are attributed.
         *
         *     ``baseline``: what a node is replaced by: zero, its mean over the dataset, or its activation on ``baseline_text``,
         *     which has as many tokens. ``keep``: so many nodes of the largest effects are kept, everything is summed. ``steps``
         *     of integrated gradients. ``exact`` measures the ``keep`` nodes that patching finds the strongest, one by one.
         *
         *     :raises BadInput: options that contradict each other.
         */
        TraceOptions: {
            /**
             * @default zero
             * @enum {unknown}
             */
            baseline?: "mean" | "text" | "zero";
            /** @default null */
            baseline_text?: string | null;
            /**
             * @default patching
             * @enum {unknown}
             */
            method?: "exact" | "integrated_gradients" | "patching";
            /** @default null */
            layers?: number[] | null;
            /** @default 10000 */
            keep?: number;
            /** @default 10 */
            steps?: number;
        };
        /**
         * TraceProgress
         * @description ``done`` of ``total`` parts of what is being done, which is said in a few words; then comes something else.
         */
        TraceProgress: {
            done: number;
            total: number;
            doing: string;
        };
        /**
         * TraceReport
         * @description A trace as it is told: everything but the model.
         *
         *     ``total``: how many nodes there are in all, of which ``nodes`` are the strongest. ``edges`` are among the first
         *     ``edge_nodes`` of them.
         */
        TraceReport: {
            model: string;
            metric: string;
            value: number;
            tokens: string[];
            options: components["schemas"]["TraceOptions"];
            predictions: components["schemas"]["Foretold"];
            nodes: components["schemas"]["Node"][];
            total: number;
            completeness: components["schemas"]["Completeness"];
            verify: components["schemas"]["Verified"] | null;
            edges: components["schemas"]["Edge"][] | null;
            edge_nodes: number;
            note: string | null;
        };
        /**
         * TracedPrompt
         * @description One of several prompts that were traced together: its words, its metric, and the value of that.
         */
        TracedPrompt: {
            prompt: string;
            metric: string;
            value: number;
        };
        /**
         * UnitAnnotations
         * @description What people wrote about one unit, oldest first, and their votes on the dataset's own explanations.
         *
         *     A server gives one entry of ``votes`` for each explanation that the dataset has of the unit, in its order.
         */
        UnitAnnotations: {
            layer: number;
            unit: number;
            explanations: components["schemas"]["Written"][];
            votes: components["schemas"]["Votes"][];
        };
        /**
         * UnitColumn
         * @description One column of numbers: of how many units it is ``known``, and between which bounds those lie.
         */
        UnitColumn: {
            name: string;
            known: number;
            min: number | null;
            max: number | null;
        };
        /**
         * UnitColumns
         * @description The columns of numbers; ``units`` is how many each has, in the order of layer and unit.
         */
        UnitColumns: {
            snapshot: string;
            units: number;
            columns: components["schemas"]["UnitColumn"][];
        };
        /**
         * UnitGlance
         * @description What a list says of a related unit, so that nobody has to fetch it; None is not known.
         */
        UnitGlance: {
            explanation: string | null;
            score: number | null;
            max: number | null;
        };
        /**
         * UnitList
         * @description Units that somebody put together under a title.
         */
        UnitList: {
            title: string;
            units: components["schemas"]["ListedUnit"][];
            /** @default null */
            note?: string | null;
        };
        /**
         * UnitMatch
         * @description One unit of another dataset, and how its activations correlate with those of a unit of this one.
         */
        UnitMatch: {
            layer: number;
            unit: number;
            correlation: number;
        };
        /**
         * UnitPlace
         * @description A unit by layer and index; ``source`` names a registered SAE where it is not one of the dataset's own.
         */
        UnitPlace: {
            layer: number;
            unit: number;
            /** @default null */
            source?: string | null;
        };
        /**
         * UnitRow
         * @description One unit as lists show it; None is not known, or undefined.
         */
        UnitRow: {
            layer: number;
            unit: number;
            max: number | null;
            min: number | null;
            mean: number | null;
            variance: number | null;
            skewness: number | null;
            kurtosis: number | null;
            density: number | null;
            dead: boolean | null;
            sequences_fired: number | null;
            peak_token: string | null;
            explanation: string | null;
            author: string | null;
            score: number | null;
            score_low: number | null;
            score_high: number | null;
            reliable: boolean | null;
            explanations: number | null;
        };
        /**
         * UnitSelection
         * @description All units of a selection at once.
         */
        UnitSelection: {
            units: components["schemas"]["UnitRow"][];
        };
        /**
         * UnitTable
         * @description One layer as columns of equal length, a row per unit; an undefined number is null, a column may be absent.
         */
        UnitTable: {
            layer: number;
            unit: number[];
            /** @default null */
            max?: (number | null)[] | null;
            /** @default null */
            min?: (number | null)[] | null;
            /** @default null */
            mean?: (number | null)[] | null;
            /** @default null */
            variance?: (number | null)[] | null;
            /** @default null */
            skewness?: (number | null)[] | null;
            /** @default null */
            kurtosis?: (number | null)[] | null;
            /** @default null */
            density?: (number | null)[] | null;
            /** @default null */
            dead?: (boolean | null)[] | null;
            /** @default null */
            sequences_fired?: (number | null)[] | null;
            /** @default null */
            peak_token?: (string | null)[] | null;
            /** @default null */
            explanation?: (string | null)[] | null;
            /** @default null */
            author?: (string | null)[] | null;
            /** @default null */
            score?: (number | null)[] | null;
            /** @default null */
            score_low?: (number | null)[] | null;
            /** @default null */
            score_high?: (number | null)[] | null;
            /** @default null */
            reliable?: (boolean | null)[] | null;
            /** @default null */
            explanations?: (number | null)[] | null;
        };
        /**
         * UnitsAnswer
         * @description One page; ``total`` is how many units there are on all pages, ``cursor`` names the next one, None the end.
         *
         *     All pages of one ``snapshot`` are of the same state of the dataset.
         */
        UnitsAnswer: {
            units: components["schemas"]["UnitRow"][];
            total: number;
            snapshot: string;
            cursor: string | null;
        };
        /**
         * Verified
         * @description ``correlation`` (Pearson) of predicted with measured effects; None with the ``reason`` where it is undefined.
         */
        Verified: {
            correlation: number | null;
            reason: string | null;
            points: components["schemas"]["VerifiedNode"][];
        };
        /**
         * VerifiedNode
         * @description A node's effect as predicted and as measured by replacing it alone.
         */
        VerifiedNode: {
            source: string;
            layer: number;
            unit: number | null;
            /** @enum {unknown} */
            kind: "embedding" | "error" | "unit";
            position: number;
            predicted: number;
            measured: number;
        };
        /**
         * Votes
         * @description Votes on one explanation: a person's, by its id, or one of the dataset's own, by the SHA-256 of its text (64 hex
         *     digits).
         */
        Votes: {
            explanation: string;
            up: number;
            down: number;
            /** @enum {unknown} */
            vote: -1 | 0 | 1;
        };
        /**
         * WeightBasedSummaryOfNeuron
         * @description Tokens the weights connect a unit to: those that drive it (input) and those it promotes (output), by sign.
         *
         *     Of a gated MLP the input is that of the gate, which decides whether the neuron fires.
         */
        WeightBasedSummaryOfNeuron: {
            /**
             * @description The class, where the file says it
             * @constant
             */
            dataclass_name?: "WeightBasedSummaryOfNeuron";
            input_positive: components["schemas"]["TokensAndWeights"];
            input_negative: components["schemas"]["TokensAndWeights"];
            output_positive: components["schemas"]["TokensAndWeights"];
            output_negative: components["schemas"]["TokensAndWeights"];
            /** @default null */
            up_positive?: components["schemas"]["TokensAndWeights"] | null;
            /** @default null */
            up_negative?: components["schemas"]["TokensAndWeights"] | null;
            /** @default null */
            folded?: boolean | null;
        };
        /**
         * Written
         * @description One explanation that a person wrote, as one reader sees it.
         *
         *     Votes and scores belong to the text: an edit that changes it begins without them. ``own``: this reader wrote it.
         */
        Written: {
            id: string;
            explanation: string;
            author: string | null;
            created: string;
            edited: string | null;
            up: number;
            down: number;
            own: boolean;
            /** @enum {unknown} */
            vote: -1 | 0 | 1;
            /** @default null */
            scores?: {
                [key: string]: components["schemas"]["Score"];
            } | null;
            /** @default null */
            baselines?: {
                [key: string]: {
                    [key: string]: components["schemas"]["Score"];
                };
            } | null;
            /** @default null */
            provenance?: components["schemas"]["Provenance"] | null;
        };
    };
    responses: {
        /** @description What is wrong, in a sentence */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description A name from api/datasets.json */
        dataset: string;
        /** @description Layer, from 0 */
        layer: number;
        /** @description Unit in the layer, from 0 */
        unit: number;
        /** @description The name of another dataset */
        other: string;
        /** @description A column of numbers; dead is 1 or 0 */
        column: "layer" | "unit" | "max" | "min" | "mean" | "variance" | "skewness" | "kurtosis" | "density" | "sequences_fired" | "score" | "explanations" | "score_low" | "score_high" | "dead";
        /** @description A run, as reports.json names it */
        run: string;
        /** @description A trace, as traces.json or its beginning named it */
        trace: string;
        /** @description The id of an explanation that a person wrote */
        explanation: string;
        /** @description The id of a list that a person keeps here */
        id: string;
        /** @description A live model, as api/site.json names it */
        model: string;
        /** @description The name of a job, as its beginning was answered */
        job: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the server runs */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This description */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getSiteJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this site offers */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getDatasetsJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The datasets, shortly */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetList"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getDatasetJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a dataset is and how it was made */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Manifest"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getListsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lists of units that people put together */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lists"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getAllTracesJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The traces that there are: what moved an output, prompt by prompt */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceEntries"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getTracesJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description A trace, as traces.json or its beginning named it */
                trace: components["parameters"]["trace"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which units at which tokens moved an output */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredTrace"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getPuzzlesJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Puzzles by name: made-up units with a known rule */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: components["schemas"]["StoredPuzzle"];
                    };
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getPuzzleResultsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How models did on the puzzles */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PuzzleResults"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getAllReportsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The runs of which there are reports */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reports"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getReportsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description A run, as reports.json names it */
                run: components["parameters"]["run"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a run of explaining did and cost */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunReport"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getScoresJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How good the explanations are, by layer and by explainer */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scores"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getUnitsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All units of a layer, in columns */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnitTable"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getMatchesJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description The name of another dataset */
                other: components["parameters"]["other"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Units of another dataset that act most like a layer's units, over the same text */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerMatches"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getCollatedActivationsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's activation records */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NeuronRecord"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getExplanationsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's explanations */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NeuronSimulationResults"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getRelatedTokensActivationBasedJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's tokens by mean activation */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenLookupTableSummaryOfNeuron"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getRelatedTokensWeightBasedJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's tokens by weight */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WeightBasedSummaryOfNeuron"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getRelatedNeuronsWeightBasedJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's related units by weight */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RelatedNeurons"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getRelatedNeuronsActivationBasedJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's related units by activation */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Neighbours"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getRelatedNeuronsDecoderBasedJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's related units by decoder direction */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Neighbours"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getLogitsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's logits */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogitTable"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getExplanationsJsonl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unit's explanations under the file's own name, in one line */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/jsonl": components["schemas"]["NeuronSimulationResults"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getUnits: {
        parameters: {
            query?: {
                /** @description Units without a number come last */
                sort?: "layer" | "max" | "min" | "mean" | "variance" | "skewness" | "kurtosis" | "density" | "sequences_fired" | "score" | "explanations";
                /** @description desc unless given, but for layer */
                order?: "asc" | "desc";
                /** @description Only these layers, with commas between them */
                layer?: string;
                /** @description Only units whose best explanation scored at least this */
                min_score?: number;
                /** @description Only units that fire on at most this share of tokens */
                max_density?: number;
                /** @description true: only units that never fired; false: only others */
                dead?: boolean;
                /** @description Only units of which this holds, such as density<=0.01 or kurtosis>=20; several: of which all hold */
                where?: string[];
                /** @description Only these: at most 500 as LAYER:UNIT, with commas between them */
                units?: string;
                /** @description How many units a page has */
                limit?: number;
                /** @description The page to give, as an answer's cursor names it */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Units in any order, a page at a time */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnitsAnswer"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getUnitsCsv: {
        parameters: {
            query?: {
                /** @description Units without a number come last */
                sort?: "layer" | "max" | "min" | "mean" | "variance" | "skewness" | "kurtosis" | "density" | "sequences_fired" | "score" | "explanations";
                /** @description desc unless given, but for layer */
                order?: "asc" | "desc";
                /** @description Only these layers, with commas between them */
                layer?: string;
                /** @description Only units whose best explanation scored at least this */
                min_score?: number;
                /** @description Only units that fire on at most this share of tokens */
                max_density?: number;
                /** @description true: only units that never fired; false: only others */
                dead?: boolean;
                /** @description Only units of which this holds, such as density<=0.01 or kurtosis>=20; several: of which all hold */
                where?: string[];
                /** @description Only these: at most 500 as LAYER:UNIT, with commas between them */
                units?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All units of a selection, as a file */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv; charset=utf-8": string;
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getUnitsParquet: {
        parameters: {
            query?: {
                /** @description Units without a number come last */
                sort?: "layer" | "max" | "min" | "mean" | "variance" | "skewness" | "kurtosis" | "density" | "sequences_fired" | "score" | "explanations";
                /** @description desc unless given, but for layer */
                order?: "asc" | "desc";
                /** @description Only these layers, with commas between them */
                layer?: string;
                /** @description Only units whose best explanation scored at least this */
                min_score?: number;
                /** @description Only units that fire on at most this share of tokens */
                max_density?: number;
                /** @description true: only units that never fired; false: only others */
                dead?: boolean;
                /** @description Only units of which this holds, such as density<=0.01 or kurtosis>=20; several: of which all hold */
                where?: string[];
                /** @description Only these: at most 500 as LAYER:UNIT, with commas between them */
                units?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All units of a selection, as a file */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getAllUnitsJson: {
        parameters: {
            query?: {
                /** @description Units without a number come last */
                sort?: "layer" | "max" | "min" | "mean" | "variance" | "skewness" | "kurtosis" | "density" | "sequences_fired" | "score" | "explanations";
                /** @description desc unless given, but for layer */
                order?: "asc" | "desc";
                /** @description Only these layers, with commas between them */
                layer?: string;
                /** @description Only units whose best explanation scored at least this */
                min_score?: number;
                /** @description Only units that fire on at most this share of tokens */
                max_density?: number;
                /** @description true: only units that never fired; false: only others */
                dead?: boolean;
                /** @description Only units of which this holds, such as density<=0.01 or kurtosis>=20; several: of which all hold */
                where?: string[];
                /** @description Only these: at most 500 as LAYER:UNIT, with commas between them */
                units?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All units of a selection, as a file */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnitSelection"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getColumnsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The units' columns of numbers, and what each holds */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnitColumns"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getColumnsF64: {
        parameters: {
            query?: {
                /** @description The state of the dataset that columns.json named; needed */
                snapshot?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description A column of numbers; dead is 1 or 0 */
                column: components["parameters"]["column"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A column of all units, by layer and unit: 64-bit floats, lowest byte first; NaN where not known */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getCompare: {
        parameters: {
            query?: {
                /** @description 2 to 8 units as LAYER:UNIT, with commas between them */
                units?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Units side by side */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getSearch: {
        parameters: {
            query?: {
                /** @description Words, foo*, word~, "a phrase", AND, OR, NOT, brackets; bare words are found inside words too. All, if empty */
                q?: string;
                /** @description explanations, tokens, or both with a comma */
                in?: string;
                /** @description words; regex: q is one regular expression, tried on each word; meaning: what means something alike, too */
                mode?: "words" | "regex" | "meaning";
                /** @description Only this layer */
                layer?: number;
                /** @description Only what scored at least this */
                min_score?: number;
                /** @description What comes first */
                sort?: "relevance" | "score" | "max" | "layer";
                /** @description desc or asc; desc unless given, but for layer */
                order?: "desc" | "asc";
                /** @description How many hits a page has */
                limit?: number;
                /** @description The page to give, as an answer's cursor names it */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Explanations and units' tokens that match */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getAnnotationsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What people wrote about a unit */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnitAnnotations"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getAllAnnotationsJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that people wrote about a dataset */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetAnnotations"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getLists: {
        parameters: {
            query?: {
                /** @description A unit as LAYER:UNIT; of each list it is said whether it is in it */
                holding?: string;
            };
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lists that people keep on this site */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeoplesLists"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postLists: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret that says whose words these are; the first write without one is answered with one */
                "X-Owner"?: string;
            };
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenList"];
            };
        };
        responses: {
            /** @description Keep a list */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOneList: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description The id of a list that a person keeps here */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One such list with its units */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptList"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    putLists: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret that says whose words these are; the first write without one is answered with one */
                "X-Owner"?: string;
            };
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description The id of a list that a person keeps here */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedList"];
            };
        };
        responses: {
            /** @description Change one's own list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteLists: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret that says whose words these are; the first write without one is answered with one */
                "X-Owner"?: string;
            };
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description The id of a list that a person keeps here */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete one's own list */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getModels: {
        parameters: {
            query?: {
                /** @description One that the model fits; the first such unless it is given */
                dataset?: string;
            };
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a live model is, and which units can be read */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Card"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getModelsTracesJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
                /** @description A trace, as traces.json or its beginning named it */
                trace: components["parameters"]["trace"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A trace that is being made, or was; then with it */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceJob"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteModelsTracesJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
                /** @description A trace, as traces.json or its beginning named it */
                trace: components["parameters"]["trace"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancel a trace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceJob"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getExplanationExport: {
        parameters: {
            query?: {
                /** @description What Neuronpedia calls the model, such as gpt2-small */
                modelId?: string;
                /** @description What it calls the units of a layer, such as 6-res-jb */
                saeId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A layer's explanations, as Neuronpedia exports them */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NeuronpediaExplanation"][];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getJobs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a job, as its beginning was answered */
                job: components["parameters"]["job"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A score that is being made, or was lately */
            200: {
                headers: {
                    /** @description Changes when the content does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteJobs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a job, as its beginning was answered */
                job: components["parameters"]["job"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancel a job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getJobsEvents: {
        parameters: {
            query?: {
                /** @description true: the job ends when this stream is left */
                cancel?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description The name of a job, as its beginning was answered */
                job: components["parameters"]["job"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job each time that it changes, until it has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUnitsExplanations: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret that says whose words these are; the first write without one is answered with one */
                "X-Owner"?: string;
            };
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenExplanation"];
            };
        };
        responses: {
            /** @description Explain a unit */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putUnitsExplanations: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret that says whose words these are; the first write without one is answered with one */
                "X-Owner"?: string;
            };
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
                /** @description The id of an explanation that a person wrote */
                explanation: components["parameters"]["explanation"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenExplanation"];
            };
        };
        responses: {
            /** @description Change one's own explanation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUnitsExplanations: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret that says whose words these are; the first write without one is answered with one */
                "X-Owner"?: string;
            };
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
                /** @description The id of an explanation that a person wrote */
                explanation: components["parameters"]["explanation"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete one's own explanation */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postUnitsVotes: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret that says whose words these are; the first write without one is answered with one */
                "X-Owner"?: string;
            };
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenVote"];
            };
        };
        responses: {
            /** @description Vote on an explanation, once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Votes"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUnitsScore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
                /** @description Layer, from 0 */
                layer: components["parameters"]["layer"];
                /** @description Unit in the layer, from 0 */
                unit: components["parameters"]["unit"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenText"];
            };
        };
        responses: {
            /** @description Score a text; a job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStarted"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postModelsActivations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenActivations"];
            };
        };
        responses: {
            /** @description Activations of some units on a text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activations"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postModelsTopUnits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenTopUnits"];
            };
        };
        responses: {
            /** @description The strongest units of each token, or of a text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopUnits"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postModelsPredictions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenPredictions"];
            };
        };
        responses: {
            /** @description What the model expects */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Predictions"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postModelsTokenize: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenPrompt"];
            };
        };
        responses: {
            /** @description The tokens of a text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokenised"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postModelsGenerate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenGeneration"];
            };
        };
        responses: {
            /** @description What the model says next */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Generation"];
                    "text/event-stream": components["schemas"]["Step"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postModelsTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenTrace"];
            };
        };
        responses: {
            /** @description Which units moved an output; a job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceJob"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putModelsTracesKept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
                /** @description A trace, as traces.json or its beginning named it */
                trace: components["parameters"]["trace"];
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keep a live trace in a dataset, by an id of its words */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceEntry"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteModelsTracesKept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A live model, as api/site.json names it */
                model: components["parameters"]["model"];
                /** @description A trace, as traces.json or its beginning named it */
                trace: components["parameters"]["trace"];
                /** @description A name from api/datasets.json */
                dataset: components["parameters"]["dataset"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take out what was kept so */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
}
