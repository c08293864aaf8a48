import '@fontsource-variable/inter/opsz.css';
import '@mantine/core/styles.layer.css';
import '@mantine/charts/styles.layer.css';
import '@mantine/dates/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import 'mantine-datatable/styles.layer.css';
import './shared/ui/tokens.css';
import './shared/i18n';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';

const place = document.getElementById('root');
if (place) createRoot(place).render(<App />);
